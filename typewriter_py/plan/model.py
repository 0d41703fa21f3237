"""The tracking plan as every stage after parsing sees it: the intermediate representation.

Immutable and neutral: it knows neither YAML nor JSON Schema nor any target language.  Parsing
has done all that a reader of the plan would have to work out: ``allOf`` is merged, ``extends``
and ``include`` are resolved, it is explicit whether an object is open or closed, a list of
types is a union, and each constraint is on the type that it applies to.  Spans do not count
for equality, so two plans are equal if they mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from enum import Enum as _Enum
from typing import Final, TypeAlias

from ..diagnostics import Span
from ..util import immutable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A JSON value; numbers are int or float as written in the plan."""


class Absent(_Enum):
    """The type of ``ABSENT``, which is distinct from null: ``default: null`` is a default."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


# --- types: a closed union -----------------------------------------------------------------


@immutable
class AnyType:
    """Any value but null (``Value.nullable`` says whether null is allowed)."""


@immutable
class Boolean:
    """true or false."""


@immutable
class Number:
    """A number; with ``integer`` a whole one (1.0 is whole).

    All bounds apply; ``multiple_of`` is checked in decimal arithmetic.
    """

    integer: bool = False
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: Decimal | None = None


@immutable
class String:
    """A string.  Lengths count code points; every pattern must match somewhere (unanchored)."""

    min_length: int | None = None
    max_length: int | None = None
    patterns: tuple[str, ...] = ()
    format: str | None = None


@immutable
class Enum:
    """One of these values (never null), compared as JSON does: 1 is 1.0 but not true."""

    values: tuple[Json, ...]


@immutable
class Array:
    """A list whose items are all of one type."""

    items: Value
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False


@immutable
class Object:
    """Named properties.  ``additional`` is the type of any other keys; None forbids them.

    ``required`` names keys beyond the declared properties (which have a flag of their own).
    """

    properties: tuple[Property, ...] = ()
    additional: Value | None = None
    required: tuple[str, ...] = ()
    min_properties: int | None = None
    max_properties: int | None = None


@immutable
class Union:
    """At least one of the members; with ``exclusive`` exactly one (JSON Schema's oneOf).

    Without members it accepts nothing: a nullable empty union accepts only null.
    """

    members: tuple[Type, ...]
    exclusive: bool = False


@immutable
class Ref:
    """The definition of that name; the ``Value`` around it says whether null is allowed."""

    name: str


Type: TypeAlias = AnyType | Boolean | Number | String | Enum | Array | Object | Union | Ref


@immutable
class Value:
    """A type, and whether null is allowed as well."""

    type: Type
    nullable: bool = False


ANYTHING: Final = Value(AnyType(), nullable=True)
OPEN: Final = Object(additional=ANYTHING)


# --- what is declared, with its annotations --------------------------------------------------


@immutable
class Deprecation:
    """Why not to use it any longer; ``expires`` is an ISO date (YYYY-MM-DD)."""

    reason: str | None = None
    replaced_by: str | None = None
    expires: str | None = None

    @property
    def instead(self) -> str | None:
        """The replacement, unless the reason says already to use it."""
        name = re.escape(self.replaced_by or "")
        named = re.search(rf"\buse\b[^.]*(?<!\w){name}(?!\w)", self.reason or "", re.IGNORECASE)
        return None if named else self.replaced_by


@immutable
class Property:
    """A property of an event or object, or a trait.

    ``name`` is the key on the wire; ``words`` is the author's name for generated identifiers
    (the plan's ``name:``).  ``const`` and ``default`` are values to fill in, ABSENT if none.
    """

    name: str
    value: Value
    required: bool = False
    title: str | None = None
    description: str | None = None
    examples: tuple[Json, ...] = ()
    default: Json | Absent = ABSENT
    const: Json | Absent = ABSENT
    pii: bool | None = None
    deprecated: Deprecation | None = None
    words: str | None = None
    ignore: tuple[str, ...] = ()
    ignore_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def filling(self) -> Json | Absent:
        """The value that generated code sends if the caller gives none; ABSENT if there is none."""
        return self.const if self.default is ABSENT else self.default

    @property
    def type(self) -> Type:
        """Its type, null aside."""
        return self.value.type

    @property
    def nullable(self) -> bool:
        """Whether null is allowed."""
        return self.value.nullable


@immutable
class Definition:
    """A named type, shared through ``Ref``."""

    name: str
    value: Value
    title: str | None = None
    description: str | None = None
    words: str | None = None
    ignore: tuple[str, ...] = ()
    ignore_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    span: Span | None = field(default=None, compare=False, repr=False)


@immutable
class Event:
    """A planned event.  ``name`` is sent verbatim.

    ``version`` is None if the plan gives none (then it is 1 and not sent); ``platforms`` lists
    who sends it (all if empty); ``integrations`` is sent along with it; ``function`` is the
    author's name for the generated function.
    """

    name: str
    properties: Object
    title: str | None = None
    description: str | None = None
    version: int | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    integrations: Mapping[str, Json] | None = None
    deprecated: Deprecation | None = None
    function: str | None = None
    ignore: tuple[str, ...] = ()
    ignore_spans: tuple[Span, ...] = field(default=(), compare=False, repr=False)
    span: Span | None = field(default=None, compare=False, repr=False)


@immutable
class Call:
    """The traits or properties that the plan gives identify, group, page or screen."""

    properties: Object
    description: str | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


CALLS: Final[Mapping[str, str]] = {
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
"""The calls other than ``track``, each with the key of its message that a plan describes."""


@immutable
class Plan:
    """A whole tracking plan, includes resolved.

    ``common`` applies to every whole message as it is sent.  A call that the plan does not
    mention is None: nothing is known of its traits or properties, so any are allowed.
    """

    name: str
    id: str | None = None
    description: str | None = None
    events: tuple[Event, ...] = ()
    identify: Call | None = None
    group: Call | None = None
    page: Call | None = None
    screen: Call | None = None
    common: Object | None = None
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def calls(self) -> dict[str, Call]:
        """The calls that it describes, by name, in the order of ``CALLS``."""
        found = {name: getattr(self, name) for name in CALLS}
        return {name: call for name, call in found.items() if call is not None}
