"""Each kind of change: its exact place, code, verdict and words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.plan.planning import plan_of
from typewriter_py import catalogue
from typewriter_py.diff import compare
from typewriter_py.diff.model import Change
from typewriter_py.diff.rules import rules
from typewriter_py.plan.model import ABSENT

HEAD = "tracking_plan:\n  rules:\n"


def rows(old: str, new: str) -> list[str]:
    """``line:column CODE verdict: message`` of every change between two plans."""
    return [row(each) for each in changes(old, new)]


def changes(old: str, new: str) -> tuple[Change, ...]:
    return compare(plan_of(old), plan_of(new))


def row(change: Change) -> str:
    assert change.span
    assert change.span.file.endswith("plan.yaml")
    allowed = " (allowed)" if change.allowed else ""
    breaks = "+".join(change.breaks) or "safe"
    place = f"{change.span.line}:{change.span.column}"
    return f"{place} {change.kind.number} {breaks}{allowed}: {change.message}"


def event(*lines: str, name: str = "A", more: str = "") -> str:
    """A plan of one event; its properties begin in line 7, column 13."""
    head = f"    events:\n      - name: {name}\n{more}        rules:\n          properties:\n"
    return (
        HEAD + head + "".join(f"            {line}\n" for line in lines or ("a: {type: string}",))
    )


def events(*texts: str) -> str:
    """A plan of several events in flow style; the first one stands in line 4, column 16."""
    return HEAD + "    events:\n" + "".join(f"      - {{name: {text}}}\n" for text in texts)


def named(what: str, cases: dict[str, Any]) -> dict[str, Any]:
    return {f"{what} {name}": case for name, case in cases.items()}


# --- events --------------------------------------------------------------------------------

TWO = "rules: {properties: {a: {type: string}, b: {type: integer}}}"
OF_EVENTS = {
    "added": (
        events("Aa"),
        events("Aa", "Bb, version: 2"),
        ["5:16 TW310 safe: Bb version 2 was added"],
    ),
    "removed: at the plan, which survives": (
        events("Aa", "Bb"),
        events("Aa"),
        ["2:3 TW311 callers+data: Bb was removed"],
    ),
    "removed as announced, by one that was there": (
        events("Aa", "Bb, deprecated: true, replaced_by: Aa"),
        events("Aa"),
        ["2:3 TW311 callers+data: Bb was removed; Aa replaces it"],
    ),
    "one version of two removed": (
        events("Aa, function: a one", "Aa, version: 2"),
        events("Aa, version: 2"),
        ["2:3 TW311 callers+data: Aa was removed"],
    ),
    "renamed, as announced": (
        events("Bb, replaced_by: Cc, rules: {properties: {a: {type: string}}}"),
        events("Cc"),
        [
            "4:16 TW312 callers+data: Cc was renamed from `Bb` (announced by `replaced_by`)",
            "4:16 TW317 safe: Cc is no longer deprecated",
            "4:16 TW332 callers+data: Cc: `a` was removed",
        ],
    ),
    "renamed in case only": (
        events("order completed"),
        events("Order Completed"),
        [
            "4:16 TW312 callers+data: Order Completed was renamed from `order completed` "
            "(the names have the same words)"
        ],
    ),
    "renamed, known by its shape": (
        events(f"Cart Paid, {TWO}"),
        events(f"Purchase, {TWO}"),
        [
            "4:16 TW312 callers+data: Purchase was renamed from `Cart Paid` "
            "(both have the same shape)"
        ],
    ),
    "of several of one shape the likest": (
        events(f"Cart Viewed, {TWO}", f"Order Viewed, {TWO}"),
        events(f"Order Seen, {TWO}", f"Cart Seen, {TWO}"),
        [
            "4:16 TW312 callers+data: Order Seen was renamed from `Order Viewed` "
            "(both have the same shape)",
            "5:16 TW312 callers+data: Cart Seen was renamed from `Cart Viewed` "
            "(both have the same shape)",
        ],
    ),
    "without properties a shape says nothing": (
        events("App Opened"),
        events("Bus Missed"),
        [
            "4:16 TW310 safe: Bus Missed was added",
            "2:3 TW311 callers+data: App Opened was removed",
        ],
    ),
    "version up": (
        events("Aa"),
        events("Aa, version: 2"),
        ["4:16 TW313 safe: Aa is now version 2"],
    ),
    "version said": (
        events("Aa"),
        events("Aa, version: 1"),
        ["4:16 TW313 safe: Aa now sends version 1 (none means 1)"],
    ),
    "version down": (
        events("Aa, version: 3"),
        events("Aa, version: 2"),
        ["4:16 TW313 data: Aa is now version 2, lower than 3"],
    ),
    "function": (
        events("Aa Bb"),
        events("Aa Bb, function: bb of aa"),
        ["4:16 TW314 callers: Aa Bb is now sent by the function `bb_of_aa`, not `aa_bb`"],
    ),
    "function, in other words for the same": (
        events("Aa Bb"),
        events("Aa Bb, function: aa bb"),
        [],
    ),
    "one platform less": (
        events("Aa"),
        events("Aa, platforms: [server]"),
        ["4:16 TW315 data: Aa is now sent by server (before: all platforms)"],
    ),
    "one platform more": (
        events("Aa, platforms: [server]"),
        events("Aa, platforms: [browser, server]"),
        ["4:16 TW315 safe: Aa is now sent by browser, server (before: server)"],
    ),
    "a destination less": (
        events("Aa"),
        events("Aa, integrations: {Mixpanel: false}"),
        ["4:16 TW316 data: Aa is no longer sent to Mixpanel"],
    ),
    "destinations by exception": (
        events("Aa, integrations: {Mixpanel: false}"),
        events("Aa, integrations: {All: false, Mixpanel: {token: x}}"),
        ["4:16 TW316 data: Aa is no longer sent to all other destinations"],
    ),
    "a destination more": (
        events("Aa, integrations: {Mixpanel: false}"),
        events("Aa, integrations: {Mixpanel: true}"),
        ["4:16 TW316 safe: Aa has different `integrations`, but loses no destination"],
    ),
    "destinations in another order": (
        events("Aa, integrations: {Mixpanel: {a: 1, b: 2}}"),
        events("Aa, integrations: {Mixpanel: {b: 2, a: 1.0}}"),
        [],
    ),
    "deprecated": (
        events("Aa"),
        events("Aa, deprecated: too vague, replaced_by: Bb, expires: 2030-01-31"),
        ["4:16 TW317 safe: Aa is deprecated: too vague; use Bb; until 2030-01-31"],
    ),
    "described": (
        events("Aa, description: x, owner: me"),
        events("Aa, description: y, owner: you, tags: [t]"),
        ["4:16 TW318 safe: Aa has a different `description`, `owner` and `tags`"],
    ),
    "the plan described": (
        "tracking_plan:\n  display_name: P\n",
        "tracking_plan:\n  display_name: Q\n  id: tp_1\n",
        ["2:3 TW319 safe: the plan has a different `display_name` and `id`"],
    ),
}


# --- calls ---------------------------------------------------------------------------------


def call(text: str) -> str:
    return HEAD + f"    events: []\n    {text}\n"


OF_CALLS = {
    "planned": (
        call(""),
        call("identify: {traits: [{name: a, type: string}]}"),
        ["4:15 TW320 callers: identify is now planned; before, anything was allowed"],
    ),
    "unplanned": (
        call("group: {traits: []}"),
        call(""),
        ["2:3 TW321 data: group is no longer planned; anything is allowed now"],
    ),
    "planned, and all of it open": (
        call(""),
        call("common: {context: {properties: {}}}"),
        ["2:3 TW320 callers: common is now planned; before, anything was allowed"],
    ),
    "described": (
        call("page: {description: x, properties: []}"),
        call("page: {description: y, properties: []}"),
        ["4:11 TW322 safe: page has a different `description`"],
    ),
    "traits": (
        call("identify: {traits: [{name: a, type: string}]}"),
        call("identify: {traits: [{name: a, type: string, required: true}]}"),
        ["4:32 TW334 callers: identify: `a` is now required"],
    ),
    "common, where anything else may stand": (
        call("common: {context: {properties: {}}}"),
        call("common: {context: {properties: {app: {type: string}}}}"),
        [
            "4:37 TW330 callers: common: `context.app` was added, optional; "
            "before, any value was allowed"
        ],
    ),
}


def of_a(code: str, verdict: str, words: str) -> list[str]:
    return [f"7:13 {code} {verdict}: A: `a` {words}"]


# --- properties ----------------------------------------------------------------------------

A = "a: {type: string}"
B = "b: {type: integer}"
OF_PROPERTIES = {
    "added": ([A], [A, B], ["8:13 TW330 safe: A: `b` was added, optional"]),
    "added, required": (
        [A],
        [A, "b: {type: integer, required: true}"],
        ["8:13 TW331 callers: A: `b` was added, required"],
    ),
    "added, required, with a default": (
        [A],
        [A, "b: {type: integer, required: true, default: 1}"],
        ["8:13 TW331 callers: A: `b` was added, required; generated functions fill in its default"],
    ),
    "removed: at the event": (
        [A, B],
        [A],
        ["4:15 TW332 callers+data: A: `b` was removed"],
    ),
    "removed further in: at the property that has it": (
        [A, "o: {type: array, items: {type: object, properties: {p: {}, q: {type: number}}}}"],
        [A, "o: {type: array, items: {type: object, properties: {p: {}}}}"],
        ["8:13 TW332 callers+data: A: `o[].q` was removed"],
    ),
    "renamed, as announced": (
        [A, "b: {type: integer, replaced_by: c}"],
        [A, "c: {type: number}"],
        [
            "8:13 TW333 callers+data: A: `c` was renamed from `b` (announced by `replaced_by`)",
            "8:13 TW341 safe: A: `c` is no longer deprecated",
            "8:13 TW351 data: A: `c` changed from integer to number",
        ],
    ),
    "renamed in case only": (
        [A, "productId: {type: integer}", "x: {type: string}"],
        [A, "product_id: {type: string}", "y: {type: string}"],
        [
            "8:13 TW333 callers+data: A: `product_id` was renamed from `productId` "
            "(the names have the same words)",
            "8:13 TW350 callers+data: A: `product_id` changed from integer to string",
            "9:13 TW333 callers+data: A: `y` was renamed from `x` (both have the same shape)",
        ],
    ),
    "renamed, known by its shape": (
        [A, "coupon: {type: number, minimum: 0}"],
        [A, "voucher: {type: number, minimum: 0}"],
        [
            "8:13 TW333 callers+data: A: `voucher` was renamed from `coupon` "
            "(both have the same shape)"
        ],
    ),
    "required": (
        [A],
        ["a: {type: string, required: true}"],
        ["7:13 TW334 callers: A: `a` is now required"],
    ),
    "optional": (
        ["a: {type: string, required: true}"],
        [A],
        ["7:13 TW335 data: A: `a` is now optional"],
    ),
    "a key beyond the declared ones": (
        ["o: {type: object, additionalProperties: true, required: [x]}"],
        ["o: {type: object, additionalProperties: true, required: [y]}"],
        [
            "7:13 TW336 callers: A: `o.y` is now required",
            "7:13 TW337 data: A: `o.x` is no longer required",
        ],
    ),
    "argument": (
        [A],
        ["a: {type: string, name: the thing}"],
        ["7:13 TW338 callers: A: `a` is now the argument `the_thing`, not `a`"],
    ),
    "argument, where the wire has no identifier": (
        ['"The Thing": {type: string}'],
        ['"The Thing": {type: string, name: the thing}'],
        [],
    ),
    "a name further in is no argument": (
        ["o: {type: object, properties: {p: {type: string}}}"],
        ["o: {type: object, properties: {p: {type: string, name: thing}}}"],
        [],
    ),
    "default gone": (
        ["a: {type: string, required: true, default: x}"],
        ["a: {type: string, required: true}"],
        ['7:13 TW339 callers: A: `a` is required, and lost its default "x"'],
    ),
    "default gone, not required": (
        ["a: {type: string, default: x}"],
        [A],
        ['7:13 TW340 safe: A: `a` no longer has a default; it was "x"'],
    ),
    "default": (
        ["a: {type: string, default: x}"],
        ["a: {type: string, default: y}"],
        ['7:13 TW340 safe: A: `a` changed its default from "x" to "y"'],
    ),
    "default new": (
        [A],
        ["a: {type: string, default: x}"],
        ['7:13 TW340 safe: A: `a` now has the default "x"'],
    ),
    "default the same in JSON": (
        ["a: {type: number, default: 1}"],
        ["a: {type: number, default: 1.0}"],
        [],
    ),
    "deprecated": (
        [A],
        ["a: {type: string, deprecated: true, replaced_by: b}"],
        ["7:13 TW341 safe: A: `a` is deprecated; use b"],
    ),
    "described": (
        [A],
        ["a: {type: string, description: x, pii: true, examples: [y]}"],
        ["7:13 TW342 safe: A: `a` has a different `description`, `examples` and `pii`"],
    ),
}


# --- values --------------------------------------------------------------------------------


CARD = (
    "{type: object, required: [k], properties: {k: {const: card}, n: {type: string, minLength: 4}}}"
)
CASH = "{type: object, required: [k], properties: {k: {const: cash}}}"


def one(schema: str) -> list[str]:
    return [f"a: {schema}"]


OF_VALUES = {
    "type changed": (
        one("{type: string}"),
        one("{type: number}"),
        of_a("TW350", "callers+data", "changed from string to number"),
    ),
    "type widened": (
        one("{type: integer}"),
        one("{type: number}"),
        of_a("TW351", "data", "changed from integer to number"),
    ),
    "type widened to a union": (
        one("{type: integer}"),
        one("{type: [integer, string]}"),
        of_a("TW351", "data", "changed from integer to integer | string"),
    ),
    "enum widened to its type": (
        one("{type: string, enum: [x, y]}"),
        one("{type: string}"),
        of_a("TW351", "data", 'changed from enum ["x", "y"] to string'),
    ),
    "any type": (
        one("{}"),
        one("{type: string, nullable: true}"),
        of_a("TW352", "callers", "changed from any type to string"),
    ),
    "type narrowed": (
        one("{type: [integer, string, boolean]}"),
        one("{type: [string, boolean]}"),
        of_a("TW352", "callers", "changed from boolean | integer | string to boolean | string"),
    ),
    "a member of a union": (
        one("{type: [integer, string], minimum: 0}"),
        one("{type: [integer, string], minimum: 1}"),
        of_a("TW357", "callers", "changed from `minimum: 0` to `minimum: 1`"),
    ),
    "one of": (
        one("{oneOf: [{type: integer}, {type: string}]}"),
        one("{oneOf: [{type: integer}, {type: number}]}"),
        of_a(
            "TW350",
            "callers+data",
            "changed from exactly one of integer | string to exactly one of integer | number",
        ),
    ),
    "tagged objects are told apart by their tags": (
        one("{oneOf: [" + CARD + ", " + CASH + "]}"),
        one("{oneOf: [" + CASH + ", " + CARD.replace("4}", "5}") + "]}"),
        ["7:149 TW357 callers: A: `a.n` changed from `minLength: 4` to `minLength: 5`"],
    ),
    "another tagged object": (
        one("{oneOf: [" + CARD + ", " + CASH + "]}"),
        one("{oneOf: [" + CASH + ", " + CARD + ", " + CARD.replace("card", "debit") + "]}"),
        of_a(
            "TW351",
            "data",
            "is still exactly one of object, but allows other values",
        ),
    ),
    "one of several that overlap": (
        one("{oneOf: [{type: integer}, {type: number, minimum: 5}]}"),
        one("{oneOf: [{type: integer}, {type: number, minimum: 6}]}"),
        of_a(
            "TW350",
            "callers+data",
            "is still exactly one of integer | number, but allows other values",
        ),
    ),
    "integer and number, and more": (
        one("{type: integer}"),
        one("{type: number, minimum: 1}"),
        [
            *of_a("TW351", "data", "changed from integer to number"),
            *of_a("TW357", "callers", "now has `minimum: 1`"),
        ],
    ),
    "null allowed": (
        one("{type: string}"),
        one("{type: string, nullable: true}"),
        of_a("TW353", "data", "can now be null"),
    ),
    "null refused": (
        one('{type: [string, "null"]}'),
        one("{type: string}"),
        of_a("TW354", "callers", "can no longer be null"),
    ),
    "enum value added": (
        one("{type: string, enum: [x]}"),
        one("{type: string, enum: [y, x, z]}"),
        of_a("TW355", "data", 'can now be any of ["y", "z"]'),
    ),
    "enum value removed": (
        one("{type: string, enum: [x, y]}"),
        one("{type: string, enum: [x]}"),
        of_a("TW356", "callers", 'can no longer be "y"'),
    ),
    "true is not 1": (
        one("{enum: [1, x]}"),
        one("{enum: [true, x]}"),
        [
            *of_a("TW355", "data", "can now be true"),
            *of_a("TW356", "callers", "can no longer be 1"),
        ],
    ),
    "1 is 1.0": (one("{enum: [1, x]}"), one("{enum: [x, 1.0]}"), []),
    "const": (
        one("{type: string, const: x}"),
        one("{type: string, const: y}"),
        [
            *of_a("TW355", "data", 'can now be "y"'),
            *of_a("TW356", "callers", 'can no longer be "x"'),
        ],
    ),
    "tightened": (
        one("{type: number, minimum: 0}"),
        one("{type: number, exclusiveMinimum: 0}"),
        of_a("TW357", "callers", "changed from `minimum: 0` to `exclusiveMinimum: 0`"),
    ),
    "loosened": (
        one("{type: string, maxLength: 3}"),
        one("{type: string}"),
        of_a("TW358", "data", "no longer has `maxLength: 3`"),
    ),
    "the same range": (
        one("{type: integer, minimum: 1}"),
        one("{type: integer, exclusiveMinimum: 0}"),
        [],
    ),
    "minLength: 0 says nothing": (one("{type: string}"), one("{type: string, minLength: 0}"), []),
    "pattern": (
        one("{type: string, pattern: a}"),
        one("{type: string, pattern: b}"),
        of_a("TW359", "callers+data", "changed from `pattern: a` to `pattern: b`"),
    ),
    "format": (
        one("{type: string}"),
        one("{type: string, format: date}"),
        of_a("TW357", "callers", "now has `format: date`"),
    ),
    "multiples": (
        one("{type: number, multipleOf: 0.1}"),
        one("{type: number, multipleOf: 0.3}"),
        of_a("TW357", "callers", "changed from `multipleOf: 0.1` to `multipleOf: 0.3`"),
    ),
    "distinct items": (
        one("{type: array, items: {type: string}}"),
        one("{type: array, uniqueItems: true, items: {type: string}, maxItems: 9}"),
        [
            *of_a("TW357", "callers", "now has `maxItems: 9`"),
            *of_a("TW357", "callers", "now has `uniqueItems: true`"),
        ],
    ),
    "items": (
        one("{type: array, items: {type: string}}"),
        one("{type: array, items: {type: integer}}"),
        ["7:13 TW350 callers+data: A: `a[]` changed from string to integer"],
    ),
    "opened": (
        one("{type: object, properties: {p: {}}}"),
        one("{type: object, properties: {p: {}}, additionalProperties: true}"),
        of_a("TW360", "data", "now allows undeclared keys"),
    ),
    "closed": (
        one("{type: object}"),
        one("{type: object, additionalProperties: false}"),
        of_a("TW361", "callers", "no longer allows undeclared keys"),
    ),
    "what keys hold": (
        one("{type: object, additionalProperties: {type: string}}"),
        one("{type: object, additionalProperties: {type: string, maxLength: 9}}"),
        ["7:13 TW357 callers: A: `a.*` now has `maxLength: 9`"],
    ),
    "a count of keys": (
        one("{type: object, maxProperties: 3}"),
        one("{type: object, maxProperties: 2}"),
        of_a("TW357", "callers", "changed from `maxProperties: 3` to `maxProperties: 2`"),
    ),
}


PLANS = {**named("event", OF_EVENTS), **named("call", OF_CALLS)}
PROPERTIES = {**named("property", OF_PROPERTIES), **named("value", OF_VALUES)}


@pytest.mark.parametrize("case", PLANS)
def test_of_events_and_calls(case: str) -> None:
    old, new, expected = PLANS[case]
    assert rows(old, new) == expected


@pytest.mark.parametrize("case", PROPERTIES)
def test_of_properties_and_values(case: str) -> None:
    old, new, expected = PROPERTIES[case]
    assert rows(event(*old), event(*new)) == expected


# --- definitions ---------------------------------------------------------------------------


def shared(*definitions: str, refs: str = "Product", extra: str = "") -> str:
    """A plan with definitions, and two events and a call that refer to one."""
    lines = "".join(f"    {line}\n" for line in definitions)
    use = f"{{type: array, items: {{$ref: '#/definitions/{refs}'}}}}"
    return (
        f"tracking_plan:\n  definitions:\n{lines}  rules:\n    events:\n"
        f"      - {{name: Aa, rules: {{properties: {{products: {use}}}}}}}\n"
        f"      - {{name: Bb, {extra}rules: {{properties: {{all: {use}}}}}}}\n"
    )


PRODUCT = "Product: {type: object, properties: {id: {type: string}, n: {type: integer}}}"
WIDER = PRODUCT.replace("integer", "number")


def test_a_shared_definition_is_reported_once_and_names_its_users() -> None:
    (change,) = changes(shared(PRODUCT), shared(WIDER))
    assert row(change) == (
        "3:62 TW351 data: definition Product: `n` changed from integer to number"
    )
    assert [(str(p.owner), p.path) for p in change.reached] == [
        ("Aa", "products[].n"),
        ("Bb", "all[].n"),
    ]


def test_it_reaches_through_definitions_that_refer_to_it() -> None:
    parts = ", ".join(f"{n}: {{$ref: '#/definitions/{n}'}}" for n in ("Product", "Line"))
    line = f"Line: {{type: object, properties: {{{parts}}}}}"
    (change,) = changes(shared(PRODUCT, line, refs="Line"), shared(WIDER, line, refs="Line"))
    assert [p.path for p in change.reached] == ["products[].Product.n", "all[].Product.n"]


def test_it_is_allowed_only_where_every_event_that_it_breaks_is_bumped() -> None:
    (bump, change) = changes(shared(PRODUCT), shared(WIDER, extra="version: 2, "))
    assert (bump.kind.name, change.breaks, change.allowed) == ("event-version", ("data",), False)
    both = shared(WIDER, extra="version: 2, ").replace("Aa,", "Aa, version: 3,")
    assert all(each.allowed for each in changes(shared(PRODUCT), both) if each.breaks)


def test_what_nothing_refers_to_breaks_nobody() -> None:
    idle = "Idle: {type: string}"
    assert rows(shared(PRODUCT, idle), shared(PRODUCT, idle.replace("string", "number"))) == [
        "4:5 TW350 safe: definition Idle changed from string to number"
    ]


def test_null_of_a_definition_is_reported_once() -> None:
    nullable = PRODUCT.replace("type: object", "type: [object, 'null']")
    assert rows(shared(PRODUCT), shared(nullable)) == [
        "3:5 TW353 data: definition Product can now be null"
    ]


def test_to_move_a_type_into_a_definition_changes_nothing() -> None:
    inner = PRODUCT.partition(": ")[2]
    inline = shared(PRODUCT).replace("{$ref: '#/definitions/Product'}", inner)
    assert rows(inline, shared(PRODUCT)) == []
    assert rows(shared(PRODUCT), inline) == []
    assert rows(inline, shared(WIDER)) == [
        "3:62 TW351 data: Aa: `products[].n` changed from integer to number",
        "3:62 TW351 data: Bb: `all[].n` changed from integer to number",
        "3:62 TW351 safe: definition Product: `n` changed from integer to number",
    ]


OF_DEFINITIONS = {
    "added": (
        [PRODUCT],
        [PRODUCT, "X: {type: string}"],
        ["4:5 TW370 safe: definition X was added"],
    ),
    "removed": (
        [PRODUCT, "the x: {type: string}"],
        [PRODUCT],
        ["2:3 TW371 callers: definition the x was removed, and with it the generated type `TheX`"],
    ),
    "renamed": (
        [PRODUCT, "the x: {type: string, maxLength: 3}"],
        [PRODUCT, "a x: {type: string, maxLength: 3}"],
        [
            "4:5 TW372 callers: definition a x is now generated as the type `AX`, not `TheX` "
            "(renamed from `the x`)"
        ],
    ),
    "named": (
        [PRODUCT, "X: {type: string}"],
        [PRODUCT, "X: {type: string, name: y}"],
        ["4:5 TW372 callers: definition X is now generated as the type `Y`, not `X`"],
    ),
    "described": (
        [PRODUCT, "X: {type: string, title: y}"],
        [PRODUCT, "X: {type: string, description: y}"],
        ["4:5 TW373 safe: definition X has a different `title` and `description`"],
    ),
}


@pytest.mark.parametrize("case", OF_DEFINITIONS)
def test_of_definitions(case: str) -> None:
    old, new, expected = OF_DEFINITIONS[case]
    assert rows(shared(*old), shared(*new)) == expected


def test_a_renamed_definition_is_the_same_wherever_it_is_used() -> None:
    item = PRODUCT.replace("Product", "Item")
    assert rows(shared(PRODUCT), shared(item, refs="Item")) == [
        "3:5 TW372 callers: definition Item is now generated as the type `Item`, not `Product` "
        "(renamed from `Product`)"
    ]


# --- versions, witnesses, completeness -----------------------------------------------------


def test_what_breaks_is_allowed_with_a_higher_version() -> None:
    new = event(B, more="        version: 2\n")
    assert rows(event(A, B), new) == [
        "4:15 TW313 safe: A is now version 2",
        "4:15 TW332 callers+data (allowed): A: `a` was removed",
    ]
    lower = event(A, B, more="        version: 3\n"), event(B, more="        version: 3\n")
    assert rows(*lower) == ["4:15 TW332 callers+data: A: `a` was removed"]


@pytest.mark.parametrize(
    ("old", "new", "witness"),
    [
        ([A, B], [A], {"b": 1}),
        ([A], ["a: {type: string, required: true}"], {}),
        ([A], [A, "b: {type: string, required: true}"], {}),
        (one("{type: string, enum: [x, y]}"), one("{type: string, enum: [x]}"), {"a": "y"}),
        (one("{type: string}"), one("{type: string, maxLength: 5}"), {"a": "xxxxxx"}),
        (one("{type: number}"), one("{type: integer}"), {"a": 0.5}),
        (one("{type: integer}"), one("{type: integer, maximum: 150}"), {"a": 151}),
        (one("{type: string}"), one("{type: string, format: date}"), {"a": "text"}),
        (one("{type: string, pattern: '^[A-Z]{3}$'}"), one("{enum: [EUR]}"), {"a": "USD"}),
        (one("{type: [string, 'null']}"), one("{type: string}"), {"a": None}),
        (one("{type: object}"), one("{type: object, additionalProperties: false}"),
         {"a": {"something_else": "text"}}),
        (
            ["r: {type: integer, required: true}", "a: {type: array, items: {type: object, "
             "properties: {p: {type: string}}}}"],
            ["r: {type: integer, required: true}", "a: {type: array, items: {type: object, "
             "properties: {p: {type: string, maxLength: 3}}}}"],
            {"r": 1, "a": [{"p": "text"}]},
        ),
    ],
    ids=repr,
)  # fmt: skip
def test_a_witness_shows_what_is_no_longer_valid(
    old: list[str], new: list[str], witness: object
) -> None:
    found = [c.witness for c in changes(event(*old), event(*new)) if "callers" in c.breaks]
    assert found == [witness]


def test_where_nothing_was_planned_anything_is_a_witness() -> None:
    (change,) = changes(call(""), call("identify: {traits: [{name: a, type: string}]}"))
    assert change.witness == {"something_else": "text"}


def test_what_only_code_notices_has_no_witness() -> None:
    (change,) = changes(event(A), event("a: {type: string, name: b}"))
    assert (change.breaks, change.witness) == (("callers",), ABSENT)


def test_every_rule_has_a_case_and_a_page() -> None:
    cases = [*PLANS.values(), *PROPERTIES.values(), *OF_DEFINITIONS.values()]
    told = {line.split()[1] for _, _, expected in cases for line in expected}
    assert told == {rule.code.number for rule in rules()}
    for code in (rule.code for rule in rules()):
        assert catalogue.find(code.name) is code
        assert code.doc.strip()


def test_a_type_that_needs_itself_has_no_witness() -> None:
    old = "E: {type: object, required: [e], properties: {e: {$ref: '#/definitions/E'}}}"
    new = old.replace("properties: {", "properties: {n: {type: string, required: true}, ")
    (change,) = changes(shared(old, refs="E"), shared(new, refs="E"))
    assert (change.kind.name, change.breaks) == ("required-property-added", ("callers",))
    # Only the empty list shows nothing.
    assert change.witness is ABSENT


def test_two_versions_of_an_event_are_two_users_of_a_definition() -> None:
    two = shared(PRODUCT).replace("Bb, ", "Aa, version: 2, function: a two, ")
    bumped = two.replace(PRODUCT, WIDER).replace("Aa, version: 2", "Aa, version: 3")
    change = next(each for each in changes(two, bumped) if each.location.owner.kind == "definition")
    assert [each.owner.versions for each in change.reached] == [(None, None), (2, 3)]
    assert not change.allowed


def test_a_change_deep_inside() -> None:
    def nested(inner: str) -> str:
        for _ in range(44):
            inner = f"{{type: object, properties: {{a: {inner}}}}}"
        return event(f"a: {inner}")

    (change,) = changes(nested("{type: string}"), nested("{type: string, maxLength: 1}"))
    assert change.location.path == ".".join("a" * 45)
    assert change.witness is not ABSENT


def test_unions_within_unions_take_no_time() -> None:
    def nested(inner: str) -> str:
        for index in range(12):
            parts = (f"{{type: object, properties: {{p: {inner}, q{n}: {{}}}}}}" for n in (1, 2))
            lines = f"anyOf: [{', '.join(parts)}]"
            inner = f"{{$ref: '#/definitions/D{index}'}}"
            defined.append(f"D{index}: {{{lines}}}")
        return shared(*defined, refs="D11")

    defined: list[str] = []
    old = nested("{type: string}")
    defined.clear()
    new = nested("{type: string, maxLength: 1}")
    assert {each.breaks for each in changes(old, new)} == {("callers",)}


def test_order_and_layout_say_nothing() -> None:
    assert rows(event(A, B), "# a comment\n" + event(B, A)) == []
    assert rows(events("Aa", "Bb"), events("Bb", "Aa")) == []
    assert rows(shared(PRODUCT, "X: {}"), shared("X: {}", PRODUCT)) == []
