"""Random plans for hypothesis, with hostile text wherever a plan has text."""

from __future__ import annotations

import string
from collections.abc import Iterable

from hypothesis import strategies as st

from typewriter_py.names import words
from typewriter_py.plan.model import (
    ABSENT,
    AnyType,
    Array,
    Boolean,
    Call,
    Definition,
    Deprecation,
    Enum,
    Event,
    Number,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)

_ALPHABET = string.ascii_letters + "\"\"\"'''\\{}%#$N_ \n\r\t\u2028\u202e\ud800\x00\x85é注🎉"
TEXTS = st.text(st.sampled_from(_ALPHABET), max_size=30) | st.sampled_from(
    ['"""', "'''", "\\", "# fmt: on", "{{ 7 }}", "\\N{DIGIT ONE}", "%s", "a " * 60, "w" * 100]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | TEXTS
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
_ENUMS = st.lists(
    st.booleans() | st.integers() | st.floats(-9, 9) | TEXTS, min_size=1, max_size=4, unique_by=repr
).map(lambda values: Enum(tuple(values)))
_PLAIN: st.SearchStrategy[Type] = st.sampled_from(
    [AnyType(), Boolean(), Number(), Number(integer=True), Ref("Shared"), Ref("Tree")]
    + [String(format=name) for name in (None, "date-time", "date", "uuid", "email")]
)


def _values(types: st.SearchStrategy[Type]) -> st.SearchStrategy[Value]:
    return st.builds(Value, types, st.booleans())


@st.composite
def _objects(draw: st.DrawFn, types: st.SearchStrategy[Type]) -> Object:
    keys = draw(st.lists(TEXTS, max_size=4, unique=True))
    properties = [draw(_properties(key, number, types)) for number, key in enumerate(keys)]
    additional = draw(st.none() | _values(types))
    return Object(tuple(properties), additional)


@st.composite
def _properties(draw: st.DrawFn, key: str, number: int, types: st.SearchStrategy[Type]) -> Property:
    """A property; it carries words, since two random keys often come to the same name."""
    plain = draw(st.booleans()) and bool(words(key))
    return Property(
        f"{key}{number}" if plain else key,
        draw(_values(types)),
        required=draw(st.booleans()),
        title=draw(st.none() | TEXTS),
        description=draw(st.none() | TEXTS),
        default=draw(st.just(ABSENT) | _JSON),
        pii=draw(st.none() | st.booleans()),
        deprecated=draw(st.none() | _DEPRECATIONS),
        words=None if plain else f"key q{number}",
    )


_DEPRECATIONS = st.builds(
    Deprecation, st.none() | TEXTS, st.none() | TEXTS, st.none() | st.just("2030-01-01")
)
TYPES: st.SearchStrategy[Type] = st.recursive(
    _PLAIN | _ENUMS,
    lambda inner: (
        st.builds(Array, _values(inner))
        | _objects(inner)
        | st.lists(inner, max_size=3).map(lambda members: Union(tuple(members)))
    ),
    max_leaves=6,
)
_SHAPES = _objects(TYPES)
_CALLS = st.none() | st.builds(Call, _SHAPES, st.none() | TEXTS)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = draw(st.lists(TEXTS, max_size=3, unique=True))
    events = tuple(_events(draw, names))
    tree = Value(Array(Value(Ref("Tree"))))
    definitions = {"Shared": draw(_values(TYPES)), "Tree": tree}
    return Plan(
        draw(TEXTS),
        events=events,
        identify=draw(_CALLS),
        page=draw(_CALLS),
        definitions={
            name: Definition(name, value, description=draw(st.none() | TEXTS), words=f"{name} def")
            for name, value in definitions.items()
        },
    )


def _events(draw: st.DrawFn, names: Iterable[str]) -> Iterable[Event]:
    for number, name in enumerate(names):
        yield Event(
            name,
            draw(_SHAPES),
            description=draw(st.none() | TEXTS),
            version=draw(st.none() | st.integers(1, 9)),
            integrations=draw(st.none() | st.dictionaries(TEXTS, _JSON, max_size=2)),
            deprecated=draw(st.none() | _DEPRECATIONS),
            function=f"event q{number}",
        )
