"""Random types of the plan, and random values that fit them, nearly fit them, or do not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from typewriter_py.plan.model import (
    ANYTHING,
    AnyType,
    Array,
    Boolean,
    Definition,
    Enum,
    Number,
    Object,
    Property,
    Ref,
    String,
    Union,
    Value,
)

Draw = st.DrawFn
NAMES = ["a", "b", "id", "class", "Product ID", "価格", "x.y", "", "__p", 'q"\\\n', "self", "len"]
TEXTS = ["", "a", "b", "x1", "DE", "USD", "é", "𝄞𝄞", "ab\n"]
PATTERNS = {"^[A-Z]{2}$": ["DE", "FR\n"], "a|b": ["xax", "b"], r"\d": ["x1", "٣"], "^$": ["", "\n"]}
FORMATS = {
    "date-time": ["2026-01-31T12:00:00Z", "2024-02-29t00:00:00.5+01:30", "2023-02-29T00:00:00Z"],
    "date": ["2026-01-31", "20260131", "2026-W01-1", "0000-01-01", "2026-02-30"],
    "time": ["12:00:00Z", "12:00:00", "24:00:00Z"],
    "email": ["a@b", "ab"],
    "ipv4": ["127.0.0.1", "127.0.0.01", "256.1.1.1"],
    "ipv6": ["::1", "fe80::1%eth0", "1::2::3"],
    "uuid": ["2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380"],
    "uri": ["https://example.com/a?b#c", "/a", "a:", "http://[::1]/"],
    "hostname": ["example.com", "-a", "a_b", "a."],
}
NUMBERS = [0, 1, -1, 2, 0.5, 1.0, -0.0, 0.1, 19.99, 1e300, 10**30, 10**400, 1e-7]
SCALARS: list[Any] = [None, True, False, *NUMBERS, *TEXTS]
ANY = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)
BOUNDS = st.none() | st.sampled_from([-1, 0, 0.5, 1, 2, 10**30])
SIZES = st.none() | st.integers(0, 3)


@st.composite
def strings(draw: Draw) -> String:
    if draw(st.booleans()):
        return String(format=draw(st.sampled_from(sorted(FORMATS))))
    patterns = draw(st.lists(st.sampled_from(sorted(PATTERNS)), max_size=2, unique=True))
    return String(draw(SIZES), draw(SIZES), tuple(patterns))


@st.composite
def numbers(draw: Draw) -> Number:
    bounds = [draw(BOUNDS) if draw(st.booleans()) else None for _ in range(4)]
    step = draw(st.none() | st.sampled_from([Decimal("0.01"), Decimal(2), Decimal("0.5")]))
    return Number(draw(st.booleans()), *bounds, multiple_of=step)


@st.composite
def enums(draw: Draw) -> Enum:
    pool = draw(st.sampled_from([TEXTS, NUMBERS, SCALARS, [[1], [True], {"a": 0}, {"a": False}]]))
    values = draw(st.lists(st.sampled_from([v for v in pool if v is not None]), min_size=1))
    return Enum(tuple(values))


def types(depth: int) -> st.SearchStrategy[Any]:
    simple = [st.just(AnyType()), st.just(Boolean()), st.just(String()), st.just(Number())]
    simple += [strings(), numbers(), enums(), st.just(Ref("Node")), st.just(Ref("Odd"))]
    if depth == 0:
        return st.one_of(simple)
    return st.one_of(*simple, arrays(depth - 1), objects(depth - 1), unions(depth - 1))


@st.composite
def values(draw: Draw, depth: int) -> Value:
    return Value(draw(types(depth)), draw(st.booleans()))


@st.composite
def arrays(draw: Draw, depth: int) -> Array:
    items = draw(st.just(ANYTHING) | values(depth))
    return Array(items, draw(SIZES), draw(SIZES), draw(st.booleans()))


@st.composite
def unions(draw: Draw, depth: int) -> Union:
    # An alternative that is its own definition would never end, neither in jsonschema nor here.
    members = draw(st.lists(types(depth).filter(lambda t: t != Ref("Odd")), max_size=3))
    return Union(tuple(members), draw(st.booleans()))


@st.composite
def objects(draw: Draw, depth: int) -> Object:
    names = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    properties = [
        Property(
            name,
            draw(values(depth)),
            required=draw(st.booleans()),
            pii=draw(st.sampled_from([None, None, True])),
        )
        for name in names
    ]
    additional = draw(st.none() | st.just(ANYTHING) | values(0))
    required = draw(st.lists(st.sampled_from(NAMES), max_size=1))
    sizes = [draw(SIZES) if draw(st.integers(0, 4)) == 0 else None for _ in range(2)]
    return Object(tuple(properties), additional, tuple(required), *sizes)


@st.composite
def definitions(draw: Draw) -> dict[str, Definition]:
    node = draw(objects(1))
    odd = draw(values(1).filter(lambda v: not isinstance(v.type, (Ref, Union))))
    return {
        "Node": Definition("Node", Value(node, draw(st.booleans()))),
        "Odd": Definition("Odd", odd),
    }


@st.composite
def fitting(draw: Draw, value: Value, known: dict[str, Definition], depth: int = 4) -> Any:
    """A value that mostly fits; now and then it is anything."""
    if draw(st.integers(0, 30)) == 0:
        return draw(ANY)
    if value.nullable and draw(st.integers(0, 3)) == 0:
        return None
    type_ = value.type
    match type_:
        case Boolean():
            return draw(st.booleans())
        case Number():
            return draw(st.sampled_from(NUMBERS) | st.integers(0, 3))
        case String():
            pool = FORMATS.get(type_.format or "", []) + TEXTS[: 1 if type_.format else 99]
            return draw(st.sampled_from([*pool, *(s for p in type_.patterns for s in PATTERNS[p])]))
        case Enum():
            return draw(st.sampled_from(type_.values))
        case Array() if depth:
            size = st.integers(type_.min_items or 0, max(type_.min_items or 0, 3))
            return [draw(fitting(type_.items, known, depth - 1)) for _ in range(draw(size))]
        case Object() if depth:
            return draw(fitting_object(type_, known, depth - 1))
        case Union() if type_.members:
            return draw(fitting(Value(draw(st.sampled_from(type_.members))), known, depth))
        case Ref(name) if depth:
            return draw(fitting(known[name].value, known, depth - 1))
    return draw(ANY)


@st.composite
def fitting_object(draw: Draw, shape: Object, known: dict[str, Definition], depth: int = 4) -> Any:
    chosen = [p for p in shape.properties if p.required or draw(st.booleans())]
    given = {p.name: draw(fitting(p.value, known, depth)) for p in chosen}
    for name in shape.required:
        given.setdefault(name, draw(st.sampled_from(SCALARS)))
    change = draw(st.integers(0, 9))
    if change == 0 and given:
        given.pop(draw(st.sampled_from(sorted(given))))
    if change == 1 or (change < 4 and shape.additional):
        rest = shape.additional or ANYTHING
        given.setdefault(draw(st.sampled_from(NAMES)), draw(fitting(rest, known, depth)))
    return given
