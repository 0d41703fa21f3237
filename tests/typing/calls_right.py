"""Calls that every checker accepts, and every Python runs without a violation, of the package
that plan.yaml becomes (``shop``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import shop
from shop import (
    Options,
    OrderCompleted,
    PlanContext,
    Stats,
    Violation,
    alias,
    app_opened,
    close,
    configure,
    everything_sent,
    flush,
    group,
    identify,
    numbers_only,
    oddly_named,
    open_event,
    order_completed,
    page,
    scope,
    screen,
    stats,
    track,
    注文完了,
)
from shop.testing import capture

if TYPE_CHECKING:
    from shop import Category, EverythingSentPerson, Product, UserId

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)  # noqa: UP017 - the package runs on 3.9
A_UUID = UUID(int=1)

# --- each kind of value -------------------------------------------------------------------------

order_completed("u1", order_id="1", total=9.5, products=[{"product_id": "p"}])
order_completed("u1", order_id="1", total=9, products=[{"product_id": "p", "quantity": 2}])
order_completed("u1", order_id="1", total=Decimal("9.99"), products=())
order_completed("u1", order_id="1", total=1, products=[], currency="EUR", coupon=None)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[{"product_id": "p", "price": Decimal(1), "category": {"name": "c", "children": []}}],
    shipping={"city": "Oslo", "address": {"street": "A 1", "lines": ("x", "y")}},
)
everything_sent(
    "u1",
    text="t",
    whole=1,
    part=0.5,
    flag=True,
    moment=NOW,
    day=date(2026, 1, 2),
    clock="12:30:00Z",
    id=A_UUID,
    email="a@example.com",
    link="https://example.com",
    address="127.0.0.1",
    whole_or_none=None,
    flag_or_none=None,
    moment_or_none=None,
    tags_or_none=None,
    place_or_none=None,
    nothing=None,
    anything={"of": ["any", "kind"]},
    either="e",
    colour="red",
    colour_or_none=None,
    level=2,
    switch="auto",
    rate=0.5,
    kind="everything",
    answer=42,
    tags=("a", "b"),
    sizes=["S", "M"],
    days=[date(2026, 1, 2), "2026-01-02"],
    matrix=[[1, 2.5], (Decimal(1),)],
    some_or_none=[1, None],
    people=[{"name": "n"}, {"name": "m", "age": 1}],
    money=Decimal("0.5"),
    size=None,
    category={"name": "c", "parent": {"name": "d", "parent": {"name": "e"}}},
    json={"a": [1, None, {"b": "c", "d": True}]},
    open={"whatever": [1, None]},
    half_open={"known": "k"},
    prices={"a": 1, "b": Decimal(2)},
    quotas={"a": {"limit": 1}},
    payment={"card": "1"},
    settings=[1, "a", None],
    old="o",
)
everything_sent(
    "u1",
    text="t",
    whole=1,
    part=Decimal("0.1"),
    flag=False,
    moment="2026-01-02T00:00:00Z",
    day="2026-01-02",
    id=str(A_UUID),
    whole_or_none=1,
    flag_or_none=True,
    moment_or_none=NOW,
    tags_or_none=["a"],
    place_or_none={"city": "c"},
    anything=None,
    either=1,
    colour_or_none="green",
    switch=True,
    size="L",
    json="j",
    payment="cash",
)

# --- who, and what goes beside the properties ---------------------------------------------------

app_opened("u1")
app_opened(7)
app_opened(A_UUID)
app_opened(None, {"anonymous_id": "a"})
app_opened(
    "u1",
    {
        "anonymous_id": A_UUID,
        "timestamp": NOW,
        "context": {
            "active": True,
            "app": {"name": "Shop", "version": "1", "build": "2", "namespace": "com.example"},
            "campaign": {"name": "c", "source": "s", "medium": "m", "term": "t", "content": "c"},
            "device": {"id": "d", "adTrackingEnabled": False},
            "ip": "127.0.0.1",
            "locale": "nb-NO",
            "location": {"latitude": 59.9, "longitude": 10},
            "network": {"wifi": True},
            "os": {"name": "Linux", "version": "6"},
            "page": {"path": "/", "url": "https://example.com/"},
            "referrer": {"url": "https://example.com/"},
            "screen": {"width": 10, "height": 20, "density": 2.0},
            "timezone": "Europe/Oslo",
            "traits": {"plan": "free"},
            "userAgent": "curl",
        },
        "integrations": {"All": False, "Amplitude": {"session_id": 1}},
        "message_id": "m-1",
    },
)
app_opened("u1", {"timestamp": "2026-01-02T00:00:00Z"})
app_opened("u1", None)
open_event("u1", {"extra": {"more": 1}}, known="k")
numbers_only("u1", {"extra": {"some": 1.5}})

# --- Segment's other calls ----------------------------------------------------------------------

identify("u1", email="a@example.com", company={"id": "c"}, user_id="legacy", plan="pro")
identify("u1", {"anonymous_id": "a"}, email="a@example.com", company={}, created=NOW)
group("u1", "g1", name="Acme", group_id=1, employees=None)
group(None, 5, {"anonymous_id": "a"}, name="Acme")
page("u1", "Home", path="/", name="Home", seconds=Decimal("1.5"))
page("u1", None, {"category": "c"}, path="/")
screen("u1", "Home", {"category": "c"}, depth=1)
alias("u2", "u1")
alias(2, A_UUID, {"timestamp": NOW})
track("Anything", "u1", {"message_id": "m"}, {"a": 1})

# --- names that Python spells otherwise ---------------------------------------------------------

oddly_named(
    "u1",
    {"message_id": "m"},
    user_id="u",
    options=1,
    event="e",
    properties="p",
    self="s",
    class_="c",
    product_id="p",
    property_2fa=True,
    private="p",
    größe=1.5,
    party="p",
    str=1,
    Sequence=["a"],
    nested={
        "class": "c",
        "Product ID": "p",
        "__private": "p",
        "self": "s",
        "items": [{"a-b": "x"}],
    },
)
注文完了("u1", 金額=1)
shop.order_completed_v1("u1", order_id=1)  # pyright: ignore[reportDeprecated]

# --- ready values -------------------------------------------------------------------------------

product: Product = {"product_id": "p"}
products: Sequence[Product] = [product]
order: OrderCompleted = {"order_id": "1", "total": 1, "products": products}
order_completed("u1", **order)
order_completed("u1", order_id="1", total=1, products=(product, product))
order_completed("u1", {"timestamp": NOW}, **order)
options: Options = {"context": {"ip": "127.0.0.1"}}
order_completed("u1", options, order_id="1", total=1, products=products)
category: Category = {"name": "c", "children": [{"name": "d"}]}
people: list[EverythingSentPerson] = [{"name": "n"}]
prices: Mapping[str, float] = {"a": 1.5}
everything_sent(
    "u1",
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    category=category,
    people=people,
    prices=prices,
)


def signed_in(user: UserId) -> None:
    app_opened(user)


# --- the client ---------------------------------------------------------------------------------

configure(write_key="k", region="eu", on_violation="raise", flush_at=10, flush_interval=0.5)
configure(local="analytics.jsonl", on_violation=lambda violations, message: None)
configure(enabled=False)
with scope(user_id="u1", anonymous_id="a", context={"ip": "127.0.0.1"}):
    app_opened()
    shop.screen()
    track("Anything")
ours: PlanContext = {"tenant": "t", "account": {"id": 1}, "ip": "127.0.0.1"}
with scope(context=ours), scope(context=PlanContext(tenant="t")):
    app_opened("u1", {"context": ours})
with capture() as sent:
    names: list[str] = [message["event"] for message in sent]
carried: dict[str, object] = scope.export()
with scope.restore(carried):
    pass
done: bool = flush(1.5)
counts: Stats = stats()
queued: int = counts.queued
try:
    close()
except shop.ViolationError as error:
    violations: Sequence[Violation] = error.violations
    paths: list[str] = [violation.path for violation in violations]
