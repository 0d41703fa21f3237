"""The ready-made plans say what Segment's spec says, and can be included and extended."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from typewriter_py.plan.load import load
from typewriter_py.plan.model import (
    Array,
    Boolean,
    Number,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Type,
)
from typewriter_py.targets import Request
from typewriter_py.targets import load as load_target

PLANS = Path(__file__).parents[2] / "plans"
LIBRARIES = ("b2b_saas", "ecommerce", "mobile", "traits")
CALLS = ("identify", "group", "page", "screen")

# --- what Segment's spec has ------------------------------------------------------------------
# A property is a string unless it says otherwise; `name[…]` is a list of objects, `name{…}` one.

PRODUCT = (
    "product_id sku category name brand variant price:number quantity:integer coupon"
    " position:integer url:uri image_url:uri"
)
CHARGES = (
    "order_id affiliation revenue:number shipping:number tax:number discount:number coupon"
    f" currency products[{PRODUCT}]"
)
STEP = "checkout_id step:integer shipping_method payment_method"
PROMOTION = "promotion_id creative name position"
COUPON = "order_id cart_id coupon_id"
WISHLIST = f"wishlist_id wishlist_name {PRODUCT}"
TRIAL = "trial_start_date:date-time trial_end_date:date-time trial_plan_name"
ADDRESS = "address{city country postalCode state street}"

EVENTS = {
    "ecommerce": {
        "Products Searched": "query",
        "Product List Viewed": f"list_id category products[{PRODUCT}]",
        "Product List Filtered": (
            f"list_id category products[{PRODUCT}] filters[type value] sorts[type value]"
        ),
        "Promotion Viewed": PROMOTION,
        "Promotion Clicked": PROMOTION,
        "Product Clicked": PRODUCT,
        "Product Viewed": f"{PRODUCT} currency value:number",
        "Product Added": f"{PRODUCT} cart_id",
        "Product Removed": f"{PRODUCT} cart_id",
        "Cart Viewed": f"cart_id products[{PRODUCT}]",
        "Checkout Started": f"{CHARGES} value:number",
        "Checkout Step Viewed": STEP,
        "Checkout Step Completed": STEP,
        "Payment Info Entered": f"{STEP} order_id",
        "Order Updated": f"{CHARGES} total:number",
        "Order Completed": f"{CHARGES} total:number subtotal:number checkout_id",
        "Order Refunded": "order_id",
        "Order Cancelled": f"{CHARGES} total:number",
        "Coupon Entered": COUPON,
        "Coupon Applied": f"{COUPON} coupon_name discount:number",
        "Coupon Denied": f"{COUPON} coupon_name reason",
        "Coupon Removed": f"{COUPON} coupon_name discount:number",
        "Product Added to Wishlist": WISHLIST,
        "Product Removed from Wishlist": WISHLIST,
        "Wishlist Product Added to Cart": f"{WISHLIST} cart_id",
        "Product Shared": (
            "share_via share_message recipient product_id sku category name brand variant"
            " price:number url:uri image_url:uri"
        ),
        "Cart Shared": "share_via share_message recipient cart_id products[product_id]",
        "Product Reviewed": "product_id review_id review_body rating",
    },
    "b2b_saas": {
        "Account Created": "account_name",
        "Account Deleted": "account_name",
        "Signed Up": "type first_name last_name email:email phone username title",
        "Signed In": "username",
        "Signed Out": "username",
        "Invite Sent": "invitee_email:email invitee_first_name invitee_last_name invitee_role",
        "Account Added User": "role",
        "Account Removed User": "",
        "Trial Started": TRIAL,
        "Trial Ended": TRIAL,
    },
    "mobile": {
        "Application Installed": "version build",
        "Application Opened": (
            "from_background:boolean url:uri referring_application version build"
        ),
        "Application Updated": "previous_version previous_build version build",
        "Application Backgrounded": "",
        "Application Foregrounded": "",
        "Application Uninstalled": "",
        "Application Crashed": "",
        "Push Notification Received": "",
        "Push Notification Tapped": "",
        "Push Notification Bounced": "",
        "Deep Link Opened": "provider url:uri",
        "Deep Link Clicked": "provider url:uri",
    },
    "traits": {},
}
TRAITS = {
    "identify": (
        f"{ADDRESS} age:integer avatar:uri birthday:date"
        " company{name id industry employee_count:integer plan} createdAt:date-time description"
        " email:email firstName gender id lastName name phone title username website:uri"
    ),
    "group": (
        f"{ADDRESS} avatar:uri createdAt:date-time description email:email employees id industry"
        " name phone website:uri plan"
    ),
    "page": "name path referrer search title url:uri keywords:strings",
}
PERSONAL = {
    "ecommerce": "share_message recipient",
    "b2b_saas": (
        "first_name last_name email phone username"
        " invitee_email invitee_first_name invitee_last_name"
    ),
    "mobile": "",
    "traits": (
        "address age avatar birthday description email firstName gender lastName name phone"
        " username website"
    ),
}

Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"


def spec(text: str) -> Shape:
    """The shape that a line of the table above describes."""
    return _members(iter(re.findall(r"[\w:-]+|[][{}]", text)))


def _members(tokens: Iterator[str]) -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    name = ""
    for token in tokens:
        if token in ("]", "}"):
            break
        if token == "[":
            found[name] = [_members(tokens)]
        elif token == "{":
            found[name] = _members(tokens)
        else:
            name, _, kind = token.partition(":")
            assert name not in found
            found[name] = kind or "string"
    return found


def shape(type: Type, plan: Plan) -> Shape:
    """What a plan's type looks like in the terms of the table."""
    match type:
        case Ref(name):
            return shape(plan.definitions[name].value.type, plan)
        case Object(properties, additional=None):
            return {p.name: shape(p.value.type, plan) for p in properties}
        case Array(items) if items.type == String():
            return "strings"
        case Array(items):
            return [shape(items.type, plan)]
        case String(format=format) if type == String(format=format):
            return format or "string"
        case Number(integer=integer) if type == Number(integer=integer):
            return "integer" if integer else "number"
        case Boolean():
            return "boolean"
    pytest.fail(f"the spec has no such type: {type}")


def plan_of(path: Path) -> Plan:
    loaded = load(path)
    assert loaded.diagnostics == ()
    assert loaded.plan is not None
    return loaded.plan


def included(tmp_path: Path, text: str) -> Plan:
    """The plan with ``text`` under its ``tracking_plan:``."""
    path = tmp_path / "plan.yaml"
    indented = "".join(f"  {line}\n" for line in text.splitlines())
    path.write_text("tracking_plan:\n  display_name: Mine\n" + indented, encoding="utf-8")
    return plan_of(path)


def names(plan: Plan) -> list[str]:
    return [event.name for event in plan.events]


# --- what each says ----------------------------------------------------------------------------


def test_every_plan_of_the_folder_is_known() -> None:
    assert {path.stem for path in PLANS.iterdir()} == {*LIBRARIES, "myapp"}


@pytest.mark.parametrize("name", [*LIBRARIES, "myapp"])
def test_a_plan_loads_without_complaint(name: str) -> None:
    plan_of(PLANS / f"{name}.yaml")


@pytest.mark.parametrize("name", LIBRARIES)
def test_events_are_those_of_the_spec(name: str) -> None:
    plan = plan_of(PLANS / f"{name}.yaml")
    assert {e.name: shape(e.properties, plan) for e in plan.events} == {
        event: spec(text) for event, text in EVENTS[name].items()
    }


def test_traits_and_page_properties_are_those_of_the_spec() -> None:
    plan = plan_of(PLANS / "traits.yaml")
    calls = {kind: getattr(plan, kind) for kind in CALLS}
    assert {kind: shape(call.properties, plan) for kind, call in calls.items() if call} == {
        kind: spec(text) for kind, text in TRAITS.items()
    }


def declared(plan: Plan) -> Iterator[tuple[str, Property]]:
    """Every property, however deep, with the path to it."""
    calls = [(kind, getattr(plan, kind)) for kind in CALLS]
    roots: list[tuple[str, Type]] = [(e.name, e.properties) for e in plan.events]
    roots += [(kind, call.properties) for kind, call in calls if call]
    roots += [(name, d.value.type) for name, d in plan.definitions.items()]
    while roots:
        path, type = roots.pop()
        if isinstance(type, Array):
            roots.append((path, type.items.type))
        if isinstance(type, Object):
            yield from ((f"{path}.{p.name}", p) for p in type.properties)
            roots += [(f"{path}.{p.name}", p.value.type) for p in type.properties]


@pytest.mark.parametrize("name", LIBRARIES)
def test_everything_is_described(name: str) -> None:
    plan = plan_of(PLANS / f"{name}.yaml")
    calls = [(kind, getattr(plan, kind)) for kind in CALLS]
    said = [(event.name, event.description) for event in plan.events]
    said += [(kind, call.description) for kind, call in calls if call]
    said += [(name, definition.description) for name, definition in plan.definitions.items()]
    said += [(path, property.description) for path, property in declared(plan)]
    assert [path for path, description in said if not description] == []
    assert [text for _, text in said if text and (len(text) > 88 or text != text.strip())] == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_nothing_is_required_as_segment_requires_nothing(name: str) -> None:
    plan = plan_of(PLANS / f"{name}.yaml")
    assert [path for path, property in declared(plan) if property.required] == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_personal_data_is_always_marked(name: str) -> None:
    plan = plan_of(PLANS / f"{name}.yaml")
    marked = {path for path, property in declared(plan) if property.pii}
    personal = set(PERSONAL[name].split())
    assert {path.rpartition(".")[2] for path in marked} == personal
    unmarked = {path for path, p in declared(plan) if p.name in personal} - marked
    # Said of a group, a company or a page, not of a person.
    assert unmarked <= {
        *(f"group.{n}" for n in ("address", "avatar", "description", "name", "website")),
        *("identify.company.name", "page.name"),
    }


# --- how they are used -------------------------------------------------------------------------


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_example_in_its_header_works(name: str, tmp_path: Path) -> None:
    header = (PLANS / f"{name}.yaml").read_text(encoding="utf-8").partition("\ntracking_plan:")[0]
    example = re.findall(r"^#   (.*)$", header, re.MULTILINE)
    assert example[0] == "tracking_plan:"
    path = tmp_path / "plan.yaml"
    path.write_text("\n".join(example), encoding="utf-8")
    plan = plan_of(path)
    assert set(names(plan)) == EVENTS[name].keys()


@pytest.mark.parametrize(
    ("library", "only", "picked"),
    [
        (
            "ecommerce",
            ["Order *", "Product Viewed"],
            [
                "Product Viewed",
                *("Order Updated", "Order Completed", "Order Refunded", "Order Cancelled"),
            ],
        ),
        ("b2b_saas", ["Signed In", "Trial *"], ["Signed In", "Trial Started", "Trial Ended"]),
        ("mobile", ["Deep Link *"], ["Deep Link Opened", "Deep Link Clicked"]),
        ("traits", ["identify"], []),
    ],
)
def test_only_takes_some(library: str, only: list[str], picked: list[str], tmp_path: Path) -> None:
    patterns = ", ".join(only)
    plan = included(tmp_path, f"include: [{{from: library:{library}, only: [{patterns}]}}]")
    assert names(plan) == picked
    assert [kind for kind in CALLS if getattr(plan, kind)] == [k for k in CALLS if k in only]


@pytest.mark.parametrize(
    ("library", "event", "changed", "dropped"),
    [
        ("ecommerce", "Product Viewed", "price", "coupon"),
        ("ecommerce", "Order Completed", "order_id", "affiliation"),
        ("ecommerce", "Coupon Denied", "coupon_id", "cart_id"),
        ("b2b_saas", "Trial Started", "trial_plan_name", "trial_end_date"),
        ("mobile", "Application Opened", "version", "referring_application"),
    ],
)
def test_an_event_is_changed_by_extends(
    library: str, event: str, changed: str, dropped: str, tmp_path: Path
) -> None:
    plan = included(
        tmp_path,
        f"""\
include: [library:{library}]
rules:
  events:
    - name: {event}
      extends: {event}
      owner: me@example.com
      rules:
        required: [{changed}]
        properties:
          {changed}: {{nullable: true}}
          {dropped}: null
          mine: {{type: boolean}}
""",
    )
    assert sorted(names(plan)) == sorted(EVENTS[library])
    extended = next(e for e in plan.events if e.name == event)
    expected = spec(f"{EVENTS[library][event]} mine:boolean")
    assert isinstance(expected, dict)
    del expected[dropped]
    assert shape(extended.properties, plan) == expected
    assert extended.owner == "me@example.com"
    required = {p.name: p.nullable for p in extended.properties.properties if p.required}
    assert required == {changed: True}
    others = {e.name: shape(e.properties, plan) for e in plan.events if e.name != event}
    assert others == {n: spec(text) for n, text in EVENTS[library].items() if n != event}


def test_own_traits_join_the_reserved_ones(tmp_path: Path) -> None:
    plan = included(
        tmp_path,
        """\
include: [{from: library:traits, only: [identify]}]
rules:
  identify:
    traits:
      - {name: plan, type: string}
      - {name: email, required: true}
""",
    )
    assert plan.identify is not None
    assert shape(plan.identify.properties, plan) == spec(f"{TRAITS['identify']} plan")
    required = [p.name for p in plan.identify.properties.properties if p.required]
    assert required == ["email"]


def test_all_go_together_and_leave_plain_names_to_the_plan(tmp_path: Path) -> None:
    plan = included(
        tmp_path,
        """\
include:
  - library:ecommerce
  - library:b2b_saas
  - library:mobile
  - {from: library:traits, only: [identify, group, page]}
definitions:
  Product: {type: object, required: [product_id], properties: {product_id: {type: string}}}
  Address: {type: object, properties: {line1: {type: string}}}
rules:
  events:
    - name: Order Completed
      extends: Order Completed
      rules:
        properties:
          products: {items: {$ref: '#/definitions/Product'}}
          ship_to: {$ref: '#/definitions/Address'}
""",
    )
    assert set(names(plan)) == {name for events in EVENTS.values() for name in events}
    order = next(e for e in plan.events if e.name == "Order Completed")
    found = shape(order.properties, plan)
    assert isinstance(found, dict)
    assert found["products"] == [{"product_id": "string"}]
    assert found["ship_to"] == {"line1": "string"}


@pytest.mark.parametrize("name", [*LIBRARIES, "myapp"])
def test_code_is_generated_that_compiles(name: str) -> None:
    plan = plan_of(PLANS / f"{name}.yaml")
    request = Request(plan, package="analytics", source=f"{name}.yaml")
    generated = load_target("python").generate(request)
    assert generated.diagnostics == ()
    modules = {
        file.path: ast.parse(file.text, file.path, feature_version=(3, 9))
        for file in generated.files
        if file.path.endswith(".py")
    }
    for path, module in modules.items():
        compile(module, path, "exec")
    functions = [n.name for n in modules["events.py"].body if isinstance(n, ast.FunctionDef)]
    events = {event.name.lower().replace(" ", "_") for event in plan.events}
    assert events <= set(functions)
    assert {"identify", "group", "page", "screen", "alias", "track"} <= set(functions)
