"""A small shop that tracks its events with the package generated from the plan."""

import json

from analytics import configure, flush, identify, order_completed, product_viewed, stats


class Screen:
    """A transport that shows what would go to Segment."""

    def send(self, batch: list[dict[str, object]]) -> None:
        """Print the part of each message that the plan is about."""
        for message in batch:
            body = message.get("properties", message.get("traits"))
            name = message.get("event", message["type"])
            print(f"{name} by {message['userId']}: {json.dumps(body)}")


configure(transport=Screen())

identify("u_1", email="ada@example.com", plan="pro")
product_viewed("u_1", product_id="p_1", product_name="Teapot", price=19.99)
order_completed(
    "u_1",
    order_id="o_1",
    total=39.98,
    currency="EUR",
    products=[{"product_id": "p_1", "name": "Teapot", "price": 19.99, "quantity": 2}],
)

flush()
print(stats())
