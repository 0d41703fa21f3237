"""The functions with which rules are written; see the package."""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from sys import intern
from typing import Any, Callable, NamedTuple, Optional, Union

from .alternatives import Alternatives
from .base import Rule
from .containers import Array, Nullable, Personal
from .definitions import Ref
from .json_types import is_plain
from .json_types import number as as_number
from .objects import Object
from .scalars import Boolean, Bound, Enum, Number, String

__all__ = [
    "Entry",
    "Rule",
    "Rules",
    "Shape",
    "any_of",
    "anything",
    "array",
    "boolean",
    "closed",
    "define",
    "enum",
    "every_message",
    "group",
    "identify",
    "integer",
    "not_null",
    "nullable",
    "number",
    "one_of",
    "open",
    "optional",
    "page",
    "pii",
    "ref",
    "screen",
    "string",
    "track",
]

Shape = Union[Rule, "dict[str, Shape]", "list[Shape]"]
"""A rule, a dict for an object with only these keys, or a list of one rule."""


_Bounds = tuple[Bound, Bound, Bound, Bound]


class Entry(NamedTuple):
    """What a rule is for: messages of a type, every message, or a definition."""

    kind: str
    name: str = ""
    version: Optional[int] = None
    default: bool = False


Rules = dict[Entry, Callable[[], Shape]]
"""The rules of a package, each created when it is first needed."""


# --- what a rule is for -------------------------------------------------------------------


def every_message() -> Entry:
    """Whole messages, of all types."""
    return Entry("every message")


def track(event: str, *, version: int | None = None, default: bool = False) -> Entry:
    """The properties of an event; ``default``: also for calls without a version."""
    _require(str, event=event)
    return Entry("track", event, version, default)


def identify() -> Entry:
    """The traits of ``identify``."""
    return Entry("identify")


def group() -> Entry:
    """The traits of ``group``."""
    return Entry("group")


def page() -> Entry:
    """The properties of ``page``."""
    return Entry("page")


def screen() -> Entry:
    """The properties of ``screen``."""
    return Entry("screen")


def define(name: str) -> Entry:
    """A definition, which ``ref(name)`` uses."""
    _require(str, name=name)
    return Entry("definition", name)


# --- values without parts -----------------------------------------------------------------


def anything() -> Rule:
    """Any value, including null."""
    return Nullable(Rule())


def not_null() -> Rule:
    """Any value except null."""
    return Rule()


def boolean() -> Rule:
    """true or false."""
    return _BOOLEAN


def string(
    format: str | None = None,
    *,
    pattern: str | Iterable[str] = (),
    min_length: int | None = None,
    max_length: int | None = None,
    max_matched: int | None = None,
) -> Rule:
    """A string with a format ("date-time"), a limited length, or matching patterns.

    ``max_matched``: more characters are not matched with the patterns, but are a violation.
    """
    patterns = (pattern,) if isinstance(pattern, str) else tuple(pattern)
    if format is None and not patterns and min_length is max_length is None:
        return _STRING
    _require(str, format=format)
    _require(int, min_length=min_length, max_length=max_length, max_matched=max_matched)
    for each in patterns:
        _require(str, pattern=each)
    return String(format, patterns, min_length, max_length, max_matched)


def number(
    *,
    minimum: Bound = None,
    maximum: Bound = None,
    exclusive_minimum: Bound = None,
    exclusive_maximum: Bound = None,
    multiple_of: str | None = None,
) -> Rule:
    """A number within bounds; a step is given as a string: ``multiple_of="0.01"``."""
    bounds = minimum, maximum, exclusive_minimum, exclusive_maximum
    return _number(_NUMBER, bounds, multiple_of)


def integer(
    *,
    minimum: Bound = None,
    maximum: Bound = None,
    exclusive_minimum: Bound = None,
    exclusive_maximum: Bound = None,
    multiple_of: str | None = None,
) -> Rule:
    """An integer, including 1.0, within bounds."""
    bounds = minimum, maximum, exclusive_minimum, exclusive_maximum
    return _number(_INTEGER, bounds, multiple_of)


def enum(*values: Any) -> Rule:
    """One of these values, compared as in JSON: 1 equals 1.0 but not True."""
    for value in values:
        if not is_plain(value):
            raise TypeError(f"the values of enum must be JSON values, not {value!r}")
    return Enum(values)


# --- values with parts --------------------------------------------------------------------


def array(
    items: Shape,
    *,
    min_items: int | None = None,
    max_items: int | None = None,
    unique_items: bool = False,
) -> Rule:
    """A list: the same as ``[items]``, with limits."""
    _require(int, min_items=min_items, max_items=max_items, unique_items=unique_items)
    return Array(rule_of(items), min_items, max_items, unique_items)


def closed(
    properties: dict[str, Shape],
    *,
    required: Iterable[str] = (),
    min_properties: int | None = None,
    max_properties: int | None = None,
) -> Rule:
    """An object with only these keys: the same as ``{…}``, with limits."""
    return _object(properties, required, None, min_properties, max_properties)


def open(
    properties: dict[str, Shape],
    *,
    additional: Shape | None = None,
    required: Iterable[str] = (),
    min_properties: int | None = None,
    max_properties: int | None = None,
) -> Rule:
    """An object that may have other keys, with any values or with ``additional`` ones."""
    rest = anything() if additional is None else rule_of(additional)
    return _object(properties, required, rest, min_properties, max_properties)


class _Optional(str):
    """A key that may be left out."""

    __slots__ = ()


def optional(key: str) -> str:
    """A key of an object that may be left out."""
    _require(str, key=key)
    return _Optional(key)


def pii(rule: Shape) -> Rule:
    """The rule for a personal value, which no violation shows."""
    return Personal(rule_of(rule))


# --- rules of rules -----------------------------------------------------------------------


def nullable(rule: Shape) -> Rule:
    """A value that fits the rule, or null."""
    return Nullable(rule_of(rule))


def any_of(*rules: Shape) -> Rule:
    """A value that fits at least one of the rules; without rules, no value fits."""
    return Alternatives(tuple([rule_of(each) for each in rules]))


def one_of(*rules: Shape) -> Rule:
    """A value that fits exactly one of the rules."""
    return Alternatives(tuple([rule_of(each) for each in rules]), True)


def ref(name: str) -> Rule:
    """A value that fits the definition of that name."""
    _require(str, name=name)
    return Ref(name)


def rule_of(shape: object) -> Rule:
    """The rule of a shape.  Raises TypeError for anything else."""
    if isinstance(shape, Rule):
        return shape
    if isinstance(shape, dict):
        return _object(shape, (), None, None, None)
    if isinstance(shape, list) and len(shape) == 1:
        return Array(rule_of(shape[0]))
    if isinstance(shape, list):
        raise TypeError(
            f"a list must contain one rule, for its items, not {len(shape)} rules"
        )
    word = getattr(shape, "__name__", None)
    if word in __all__:
        raise TypeError(f"r.{word} must be called: r.{word}(…)")
    raise TypeError(
        f"{shape!r} is not a rule, such as r.string(), a dict or a list of one rule"
    )


def _object(
    properties: dict[Any, Any],
    also: Iterable[str],
    rest: Rule | None,
    least: int | None,
    most: int | None,
) -> Rule:
    rules: dict[str, Rule] = {}
    required: list[str] = []
    for key, shape in properties.items():
        if not isinstance(key, str):
            raise TypeError(f"a key must be a string or r.optional(…), not {key!r}")
        name = intern(str(key))  # as keys in code are, so that lookups compare identity
        if type(key) is not _Optional:
            required.append(name)
        rules[name] = rule_of(shape)
    for key in also:
        _require(str, required=key)
        if key not in required:
            required.append(intern(key))
    _require(int, min_properties=least, max_properties=most)
    return Object(rules, tuple(required), rest, least, most)


def _number(plain: Number, bounds: _Bounds, multiple_of: str | None) -> Rule:
    if multiple_of is None and bounds == (None,) * 4:
        return plain
    for bound in bounds:
        if bound is not None and as_number(bound) is None:
            raise TypeError(f"a bound must be a number, not {bound!r}")
    _require(str, multiple_of=multiple_of)
    step = None
    if multiple_of is not None:
        try:
            step = Decimal(multiple_of)
        except InvalidOperation:
            step = Decimal(0)
        if not (step.is_finite() and step > 0):
            raise ValueError(f"multiple_of must be greater than 0, not {multiple_of!r}")
    return Number(plain.name, *bounds, step)


def _require(kind: type, **arguments: object) -> None:
    """Raise TypeError for an argument of another type, unless it is None."""
    for name, value in arguments.items():
        if value is not None and not isinstance(value, kind):
            noun = "a string" if kind is str else "an integer"
            raise TypeError(f"{name} must be {noun}, not {value!r}")


_BOOLEAN, _STRING = Boolean(), String()
_NUMBER, _INTEGER = Number("number"), Number("integer")

WORDS: dict[str, object] = {name: globals()[name] for name in __all__}
"""The names of the package."""
