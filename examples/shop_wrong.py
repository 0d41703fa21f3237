"""What the shop sent before it had a plan: two wrong calls that nobody had noticed."""

from analytics import configure, identify, order_completed

configure(enabled=False)

order_completed("u_1", order_id="o_1", total=42.0, currency="EUR", payment_method="card")
identify("u_1", total_spent=99.5, last_purchase_date="2026-11-01")
