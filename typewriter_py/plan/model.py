"""The tracking plan as every stage after parsing sees it: the intermediate representation.

Frozen, and neutral: it knows neither YAML nor JSON Schema nor any language that code is
generated in.  Parsing has settled everything that a reader of the plan would have to work
out: ``allOf`` is merged, ``extends`` and ``include`` are resolved, whether an object is
open or closed is explicit, a type list is a union, each constraint stands on the type that
it binds.  Spans take no part in equality, so two plans are equal when they mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from enum import Enum as _Enum
from typing import Final, TypeAlias

from ..diagnostics import Span
from ..util import immutable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""A value as JSON has it; numbers keep the kind (int or float) that the plan wrote."""


class Absent(_Enum):
    """The type of ``ABSENT``, which is not null: ``default: null`` is a default."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


# --- types: a closed union -----------------------------------------------------------------


@immutable
class AnyType:
    """Any value but null (which is the ``Value``'s to allow)."""


@immutable
class Boolean:
    """true or false."""


@immutable
class Number:
    """A number; with ``integer`` a whole one (1.0 is whole).

    The bounds bind together; ``multiple_of`` is judged in decimal.
    """

    integer: bool = False
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    multiple_of: Decimal | None = None


@immutable
class String:
    """Text.  Lengths count code points; every pattern must be found somewhere (unanchored)."""

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
    """A list, all of whose items are of one type."""

    items: Value
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False


@immutable
class Object:
    """Named properties.  ``additional`` is what other keys may hold; None: there are none.

    ``required`` names keys beyond the declared properties (those carry their own flag).
    """

    properties: tuple[Property, ...] = ()
    additional: Value | None = None
    required: tuple[str, ...] = ()
    min_properties: int | None = None
    max_properties: int | None = None


@immutable
class Union:
    """At least one of the members; with ``exclusive`` exactly one (JSON Schema's oneOf).

    Without members it accepts nothing: a nullable empty union is null alone.
    """

    members: tuple[Type, ...]
    exclusive: bool = False


@immutable
class Ref:
    """The definition of that name; whether it allows null is settled in the ``Value``."""

    name: str


Type: TypeAlias = AnyType | Boolean | Number | String | Enum | Array | Object | Union | Ref


@immutable
class Value:
    """What may stand in one place: a type, and whether null may stand there too."""

    type: Type
    nullable: bool = False


ANYTHING: Final = Value(AnyType(), nullable=True)
OPEN: Final = Object(additional=ANYTHING)


# --- what is declared, with its annotations --------------------------------------------------


@immutable
class Deprecation:
    """Why not to use it any more; ``expires`` is an ISO date (YYYY-MM-DD)."""

    reason: str | None = None
    replaced_by: str | None = None
    expires: str | None = None


@immutable
class Property:
    """A property of an event or object, or a trait.

    ``name`` is the key on the wire; ``words`` an author's words for generated identifiers
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
        """What generated code sends where a caller gives nothing; ABSENT if nothing."""
        return self.const if self.default is ABSENT else self.default

    @property
    def type(self) -> Type:
        """What it holds, null aside."""
        return self.value.type

    @property
    def nullable(self) -> bool:
        """Whether null may stand here."""
        return self.value.nullable


@immutable
class Definition:
    """A type with a name, shared through ``Ref``."""

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
    """A planned event.  ``name`` goes on the wire exactly so.

    ``version`` is None where the plan gives none (then it is 1 and not sent);
    ``platforms`` is who sends it, all when empty; ``integrations`` goes out with it;
    ``function`` is the author's words for the generated name.
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
    """What the plan says of identify, group, page or screen: traits or properties."""

    properties: Object
    description: str | None = None
    span: Span | None = field(default=None, compare=False, repr=False)


CALLS: Final[Mapping[str, str]] = {
    "identify": "traits",
    "group": "traits",
    "page": "properties",
    "screen": "properties",
}
"""The calls beside ``track``, each with the key of its message that holds what a plan describes."""


@immutable
class Plan:
    """A whole tracking plan, includes resolved.

    ``common`` is judged on every message whole, as it goes out.  A call that the plan says
    nothing of is None: nothing is known of its traits or properties, so any are allowed.
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
        """What it says of identify, group, page and screen, by name, in that order."""
        found = {name: getattr(self, name) for name in CALLS}
        return {name: call for name, call in found.items() if call is not None}
