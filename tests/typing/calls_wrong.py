"""Calls that no checker may accept, of the package that plan.yaml becomes (``shop``).

What the comments say, and nothing else, must be an error: see markers.py.
"""

# ruff: noqa: F401
from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

import shop
from shop import (
    Options,
    PlanContext,
    alias,
    app_opened,
    configure,
    everything_sent,
    group,
    identify,
    numbers_only,
    oddly_named,
    open_event,
    order_completed,
    order_complted,  # E: misspelt function "order_complted"
    page,
    scope,
    screen,
    track,
)

if TYPE_CHECKING:
    from shop import (
        Category,
        OrderComplted,  # E: misspelt type "OrderComplted"
        Product,
    )

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)  # noqa: UP017 - the package runs on 3.9
PRODUCT: Product = {"product_id": "p"}
PRODUCTS = [PRODUCT]


class Order(TypedDict):
    """As OrderCompleted, but for the type of its number."""

    order_id: int
    total: float
    products: list[Product]


LOOSE = {"coupon": "c"}
ORDER: Order = {"order_id": 1, "total": 1, "products": []}

# --- missing ------------------------------------------------------------------------------------

order_completed("u1", total=1, products=PRODUCTS)  # E: missing "order_id"
order_completed("u1", order_id="1", products=PRODUCTS)  # E: missing "total"
order_completed("u1", order_id="1", total=1)  # E: missing "products"
order_completed()  # E: missing, without any argument "order_id"
order_completed(  # E: missing, in a call of several lines "products"
    "u1",
    {"message_id": "m"},
    order_id="1",
    total=1,
)
identify("u1", company={})  # E: missing trait "email"
identify("u1", email="a@example.com")  # E: missing trait that is an object "company"
group("u1", "g1")  # E: missing trait of a group "name"
page("u1")  # E: missing property of a page "path"
oddly_named(user_id="u", options=1, product_id="p")  # E: missing, named otherwise "class_"
group("u1", name="Acme")  # E: missing positional argument
alias("u1")  # E: missing positional argument
track()  # E: missing positional argument

# --- unplanned ----------------------------------------------------------------------------------

order_completed("u1", order_id="1", total=1, products=[], cupon="c")  # E: unplanned "cupon"
app_opened("u1", source="s")  # E: unplanned, where there is none "source"
open_event("u1", more=1)  # E: unplanned, though the event is open "more"
numbers_only("u1", more=1)  # E: unplanned, though the event is open "more"
identify("u1", email="a@example.com", company={}, emial="b")  # E: unplanned trait "emial"
group("u1", "g1", name="Acme", size=1)  # E: unplanned trait of a group "size"
page("u1", path="/", title="t")  # E: unplanned property of a page "title"
screen("u1", title="t")  # E: unplanned property of a screen "title"
app_opened(user_id="u1")  # E: unplanned, user_id by keyword "user_id"
app_opened(anonymous_id="a")  # E: unplanned, anonymous_id by keyword "anonymous_id"
app_opened(timestamp=NOW)  # E: unplanned, timestamp by keyword "timestamp"
app_opened(options={"message_id": "m"})  # E: unplanned, options by keyword "options"
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    context={"ip": "127.0.0.1"},  # E: unplanned, context by keyword "context"
)

# --- wrong type ---------------------------------------------------------------------------------

order_completed("u1", total=1, products=[], order_id=1)  # E: integer for text
order_completed(
    "u1",
    order_id="1",
    total="1",  # E: text for a number
    products=[],
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=PRODUCT,  # E: object for an array
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    shipping="Oslo",  # E: text for an object
)
everything_sent(
    text="t",
    whole=1.5,  # E: number for an integer
    part=1,
    flag=True,
    moment=NOW,
)
everything_sent(
    text="t",
    whole=Decimal(1),  # E: Decimal for an integer
    part=1,
    flag=True,
    moment=NOW,
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=1,  # E: integer for a boolean
    moment=NOW,
)
everything_sent(
    text=b"t",  # E: bytes for text
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=date(2026, 1, 2),  # E: date for a date-time
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=1767312000,  # E: integer for a date-time
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    day=20260102,  # E: integer for a date
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    id=1,  # E: integer for a uuid
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    either=1.5,  # E: number for text or integer
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    nothing="n",  # E: text for null
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    money="1",  # E: text for a number by $ref
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    open=["a"],  # E: array for an open object
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    prices={"a": "1"},  # E: wrong type of any key of a mapping
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    json={1, 2},  # E: set for any JSON
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    payment=1,  # E: none of the alternatives
)
identify(
    "u1",
    email=1,  # E: wrong type of a trait
    company={},
)
group("u1", "g1", name=None)  # E: null for a trait of a group
page("u1", None, path=1)  # E: wrong type of a property of a page
screen("u1", depth=1.5)  # E: wrong type of a property of a screen
oddly_named(
    user_id=1,  # E: wrong type of a property called user_id
    options=1,
    class_="c",
    product_id="p",
)
oddly_named(
    user_id="u",
    options={"message_id": "m"},  # E: wrong type of a property called options
    class_="c",
    product_id="p",
)
oddly_named(
    user_id="u",
    options=1,
    class_=1,  # E: wrong type of a property named otherwise
    product_id="p",
)
oddly_named(
    user_id="u",
    options=1,
    class_="c",
    product_id="p",
    str="s",  # E: wrong type of a property called str
)

# --- wrong value --------------------------------------------------------------------------------

order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    currency="usd",  # E: wrong enum value
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    level=4,  # E: wrong enum value, an integer
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    switch=False,  # E: wrong enum value of several types
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    kind="nothing",  # E: wrong const
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    answer=43,  # E: wrong const, an integer
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    size="XL",  # E: wrong enum value by $ref
)
identify(
    "u1",
    email="a@example.com",
    company={},
    plan="gold",  # E: wrong enum value of a trait
)

# --- null where the plan has none ---------------------------------------------------------------

order_completed("u1", total=1, products=[], order_id=None)  # E: null for text
order_completed("u1", order_id="1", total=1, products=None)  # E: null for an array
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    currency=None,  # E: null for an optional enum
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    shipping=None,  # E: null for an optional object
)

# --- inside of objects and arrays ---------------------------------------------------------------

order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[{"product_id": "p", "prize": 1}],  # E: unknown key of an item "prize"
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[{"price": 1}],  # E: missing key of an item "product_id"
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[{"product_id": 1}],  # E: wrong type in an item
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=["p"],  # E: wrong type of an item
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[{"product_id": "p", "category": {"nam": "c"}}],  # E: deep in an item
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    shipping={"city": "Oslo", "addres": {"street": "s"}},  # E: unknown nested key "addres"
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    shipping={"address": {"street": "s"}},  # E: missing nested key "city"
)
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    shipping={"city": "Oslo", "address": {"street": 1}},  # E: wrong type two levels down
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    tags=["a", 1],  # E: wrong type of one item of several
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    tags=["a", None],  # E: null for an item
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    tags={"a", "b"},  # E: set for an array
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    sizes=["S", "XL"],  # E: wrong enum value in an item
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    matrix=[[1, "2"]],  # E: wrong type in an array of arrays
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    quotas={"a": {"limit": "1"}},  # E: wrong type in a mapping of objects
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    payment={"card": "1", "iban": "2"},  # E: keys of two alternatives
)
everything_sent(
    text="t",
    whole=1,
    part=1,
    flag=True,
    moment=NOW,
    category={"name": "c", "parent": {"name": 1}},  # E: wrong type in a recursive object
)
oddly_named(
    user_id="u",
    options=1,
    class_="c",
    product_id="p",
    nested={"class_": "c", "Product ID": "p"},  # E: nested keys are the wire's "class_"
)

# --- who, and what goes beside the properties ---------------------------------------------------

app_opened(1.5)  # E: number for the user
app_opened(b"u1")  # E: bytes for the user
app_opened({"message_id": "m"})  # E: options in place of the user
alias("u2", None)  # E: null for the previous user
group(
    "u1",
    None,  # E: null for the group
    name="Acme",
)
page(
    "u1",
    1,  # E: number for the name of a page
    path="/",
)
app_opened("u1", {"mesage_id": "m"})  # E: unknown option
app_opened("u1", {"user_id": "u"})  # E: the user is not an option
app_opened("u1", {"timestamp": 1767312000})  # E: wrong type of an option
app_opened("u1", {"context": {"adress": "127.0.0.1"}})  # E: unknown key of the context
app_opened("u1", {"context": {"ip": 1}})  # E: wrong type in context
app_opened("u1", {"context": PlanContext(tenant=1)})  # E: wrong type in the plan's context
app_opened("u1", {"context": {"page": {"ur": "/"}}})  # E: unknown key deep in the context
order_completed(
    "u1",
    None,
    {"order_id": "1"},  # E: positional instead of keyword
    order_id="1",
    total=1,
    products=[],
)
order_completed(
    "u1",
    "1",  # E: a property in place of the options
    order_id="1",
    total=1,
    products=[],
)
scope(user="u1")  # E: unknown keyword of scope "user"
scope(context={"adress": "127.0.0.1"})  # E: unknown key of the context of a scope
configure(writekey="k")  # E: unplanned setting "writekey"
configure(region="uk")  # E: wrong value of a setting
configure(on_violation="wran")  # E: wrong value of a setting
configure(transport=1)  # E: wrong type of a setting

# --- ready values -------------------------------------------------------------------------------

options: Options = {"mesage_id": "m"}  # E: unknown option "mesage_id"
product: Product = {"product_id": 1}  # E: wrong type
half: Category = {"children": []}  # E: missing key "name"
order_completed("u1", **PRODUCT)  # E: missing, as another type is spread
order_completed("u1", **ORDER)  # E: spread with a wrong type
order_completed(
    "u1",
    order_id="1",
    total=1,
    products=[],
    **LOOSE,  # E: spread of a plain dict
)

# --- by attribute -------------------------------------------------------------------------------

shop.order_complted()  # E: misspelt function "order_complted"
shop.capture()  # E: function of another module "capture"
