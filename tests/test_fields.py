"""No field of the plan's model is forgotten: everything that walks a plan handles each of them.

Two plans that differ in one field alone are compared: diff has to report it,
export and import have to carry it, and digests, the rules as data and each target have to say
something else.  ``SILENT`` has the exceptions, each with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, Final, get_args

import pytest
from typewriter_client.rules import Rule

from typewriter_py.diff import compare
from typewriter_py.formats.json_schema import rules_of
from typewriter_py.formats.repair import repair_draft
from typewriter_py.formats.translate import draft_of
from typewriter_py.plan import model as m
from typewriter_py.plan import rules as as_data
from typewriter_py.targets import TARGETS, Request, load
from typewriter_py.targets.analysis import identity

TEXT: Final = m.Value(m.String())
COUNT: Final = m.Value(m.Number(integer=True))
SPANS: Final = {"span", "ignore_spans"}
"""Where it stands in a file is not what it means: no two plans differ in that."""

SMALL: Final = m.Object((m.Property("inner", TEXT),))
USED: Final = {
    "Shared": m.Definition("Shared", m.Value(SMALL)),
    "Other": m.Definition("Other", m.Value(m.Number())),
}

MODEL: Final[tuple[tuple[Any, Mapping[str, Any]], ...]] = (
    (m.AnyType(), {}),
    (m.Boolean(), {}),
    (
        m.Number(),
        {
            "integer": True,
            "minimum": 1,
            "maximum": 9,
            "exclusive_minimum": 1,
            "exclusive_maximum": 9,
            "multiple_of": Decimal("0.5"),
        },
    ),
    (m.String(), {"min_length": 1, "max_length": 9, "patterns": ("^a",), "format": "uuid"}),
    (m.Enum(("a", "b")), {"values": ("a", "c")}),
    (m.Array(TEXT), {"items": COUNT, "min_items": 1, "max_items": 9, "unique_items": True}),
    (
        replace(SMALL, additional=m.ANYTHING),
        {
            "properties": (m.Property("inner", TEXT), m.Property("more", TEXT)),
            "additional": None,
            "required": ("beyond",),
            "min_properties": 1,
            "max_properties": 9,
        },
    ),
    (
        m.Union((m.Number(minimum=1), m.Number(multiple_of=Decimal(2)))),
        {
            "members": (m.Number(minimum=2), m.Number(multiple_of=Decimal(2))),
            "exclusive": True,
        },
    ),
    (m.Ref("Shared"), {"name": "Other"}),
    (TEXT, {"type": m.Number(), "nullable": True}),
    (
        m.Property("x", TEXT),
        {
            "name": "y",
            "value": COUNT,
            "required": True,
            "title": "A title",
            "description": "Described.",
            "examples": ("for example",),
            "default": "by default",
            "const": "always",
            "pii": True,
            "deprecated": m.Deprecation("too vague"),
            "words": "other words",
            "ignore": ("TW201",),
        },
    ),
    (m.Deprecation(), {"reason": "too vague", "replaced_by": "Other", "expires": "2030-01-31"}),
    (
        m.Definition("Shared", m.Value(SMALL)),
        {
            "name": "Renamed",
            "value": TEXT,
            "title": "A title",
            "description": "Described.",
            "words": "other words",
            "ignore": ("TW201",),
        },
    ),
    (
        m.Event("Sent", SMALL),
        {
            "name": "Received",
            "properties": m.Object(),
            "title": "A title",
            "description": "Described.",
            "version": 2,
            "owner": "somebody",
            "tags": ("some",),
            "platforms": ("web",),
            "integrations": {"All": False},
            "deprecated": m.Deprecation("too vague"),
            "function": "other words",
            "ignore": ("TW201",),
        },
    ),
    (m.Call(SMALL), {"properties": m.Object(), "description": "Described."}),
    (
        m.Plan("Plan", definitions=USED),
        {
            "name": "Another",
            "id": "tp_1",
            "description": "Described.",
            "events": (m.Event("Sent", SMALL),),
            **dict.fromkeys(m.CALLS, m.Call(SMALL)),
            "common": m.Object((m.Property("context", m.Value(SMALL), True),), m.ANYTHING),
            "definitions": {**USED, "More": m.Definition("More", TEXT)},
        },
    ),
)
"""Each class by an instance, with another value for each of its fields."""


def in_a_plan(part: Any) -> m.Plan:
    """A plan that holds ``part``, where a part of its class can be."""
    match part:
        case m.Plan():
            return part
        case m.Event():
            return m.Plan("Plan", events=(part,))
        case m.Call():
            return m.Plan("Plan", page=part)
        case m.Definition():
            return of_property(m.Property("x", m.Value(m.Ref(part.name))), part)
        case m.Deprecation():
            return of_property(m.Property("x", TEXT, deprecated=part))
        case m.Property():
            return of_property(part)
        case m.Value():
            return of_property(m.Property("x", part))
        case _:
            return of_property(m.Property("x", m.Value(part)))


def of_property(declared: m.Property, *definitions: m.Definition) -> m.Plan:
    event = m.Event("Sent", m.Object((declared,)))
    known = {each.name: each for each in definitions} or USED
    return m.Plan("Plan", events=(event,), definitions=known)


CASES: Final = [
    pytest.param(
        f"{type(one).__name__}.{name}",
        in_a_plan(one),
        in_a_plan(replace(one, **{name: other})),
        id=f"{type(one).__name__}.{name}",
    )
    for one, others in MODEL
    for name, other in others.items()
]


# --- who goes through a plan --------------------------------------------------------------------


def exported(plan: m.Plan) -> object:
    return rules_of(plan)


def imported(plan: m.Plan) -> object:
    back, _ = repair_draft(draft_of(rules_of(plan))[0])
    assert back is not None
    return back


def made_rules(plan: m.Plan) -> object:
    return {entry: spelled(make()) for entry, make in as_data.rules_of(plan).items()}


def spelled(rule: Any) -> object:
    """A rule, which has no equality, as plain data."""
    match rule:
        case dict():
            return {key: (type(key).__name__, spelled(each)) for key, each in rule.items()}
        case list() | tuple():
            return [spelled(each) for each in rule]
        case Rule():
            slots = [name for each in type(rule).__mro__ for name in getattr(each, "__slots__", ())]
            held = {name: getattr(rule, name, None) for name in slots}
            return type(rule).__name__, {name: spelled(each) for name, each in held.items()}
        case _:
            return rule


def digests(plan: m.Plan) -> object:
    return [identity(type_) for _, type_ in as_data.entries(plan)]


def generated(language: str) -> Callable[[m.Plan], object]:
    def files(plan: m.Plan) -> object:
        made = load(language).generate(Request(plan, "package", "plan.yaml"))
        assert not made.diagnostics
        return made.files

    return files


WAYS: Final[Mapping[str, Callable[[m.Plan], object]]] = {
    "export": exported,
    "import": imported,
    "rules": made_rules,
    "digests": digests,
    **{language: generated(language) for language in TARGETS},
}
PEOPLE: Final = "text for people: no value is checked against it"
CALLER: Final = "a name in generated code, which is not what this is about"
PLANNERS: Final = "for those who maintain the plan; of no use to callers or readers"
SILENT: Final[tuple[tuple[str, str, str], ...]] = (
    ("diff", "Property.const", "what a constant refuses is in the type, and that is compared"),
    ("digests rules", "Property.title Property.description Property.examples", PEOPLE),
    ("digests rules", "Property.deprecated Property.words Property.ignore", PEOPLE),
    ("digests rules", "Property.default Property.const", "filled in before values are checked"),
    ("digests rules", "Deprecation.reason Deprecation.replaced_by Deprecation.expires", PEOPLE),
    ("digests rules", "Definition.title Definition.description Definition.words", PEOPLE),
    ("digests rules", "Definition.ignore", PEOPLE),
    ("digests rules", "Event.title Event.description Event.owner Event.tags Event.ignore", PEOPLE),
    ("digests rules", "Event.platforms Event.integrations Event.deprecated Event.function", PEOPLE),
    ("digests rules", "Call.description Plan.name Plan.id Plan.description", PEOPLE),
    ("digests", "Event.name Event.version", "a digest is of a type, whoever has it"),
    ("python typescript", "Property.examples Plan.description", "too long for a docstring"),
    ("python typescript", "Event.owner Event.tags Event.platforms", PLANNERS),
    (
        "python typescript markdown",
        "Property.ignore Event.ignore Definition.ignore Plan.id",
        PLANNERS,
    ),
    ("typescript", "Property.words", "properties keep their own names"),
    ("markdown", "Property.words Definition.words Event.function", CALLER),
    ("markdown", "Property.const", "the type says it: a constant is an enum of one"),
    ("markdown", "Object.required", "known gap: the page has only what is declared"),
)
"""Who says nothing of which fields, and why."""


def test_every_field_has_a_case() -> None:
    for one, others in MODEL:
        named = {each.name for each in fields(one)} - SPANS
        assert named == set(others), (
            f"{type(one).__name__}: add another value of each field to MODEL"
        )


def test_every_class_has_a_case() -> None:
    classes = {each for each in vars(m).values() if isinstance(each, type) and is_dataclass(each)}
    assert {type(one) for one, _ in MODEL} == classes
    assert set(get_args(m.Type)) <= classes


@pytest.mark.parametrize("way", ["diff", *WAYS])
@pytest.mark.parametrize(("name", "one", "two"), CASES)
def test_every_field_makes_a_difference(name: str, one: m.Plan, two: m.Plan, way: str) -> None:
    silent = any(way in ways.split() and name in names.split() for ways, names, _ in SILENT)
    differs = bool(compare(one, two)) if way == "diff" else WAYS[way](one) != WAYS[way](two)
    wrong = f"{way} says nothing of {name}: handle it, or add it to SILENT with the reason"
    if silent:
        wrong = f"{way} has {name} now: remove it from SILENT"
    assert differs is not silent, wrong
