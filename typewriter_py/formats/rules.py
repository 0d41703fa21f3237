"""A tracking plan as Segment has it: a rule, which is a JSON Schema, for each event and call.

Every external format is read into this, and every export is written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

from ..diagnostics import Span
from ..plan.model import CALLS

Schema: TypeAlias = dict[str, Any]
"""JSON Schema draft-07.  One that was read from a file is a ``plan.document.Map``, which
knows its locations."""

Kind: TypeAlias = Literal["COMMON", "TRACK", "IDENTIFY", "GROUP", "PAGE", "SCREEN"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

KIND_OF: Final[Mapping[str, Kind]] = {kind.lower(): kind for kind in KINDS}
"""The kinds by the names that a plan and a message have for them."""

PAYLOAD: Final[Mapping[Kind, str]] = {
    "TRACK": "properties",
    **{KIND_OF[call]: payload for call, payload in CALLS.items()},
}
"""The key of a message, for each kind of call, whose value the plan describes."""

EXTENSION: Final = "x-typewriter"
"""The key of a schema for what the plan says and JSON Schema has no keyword for: a mapping of
the plan language's own keys (``owner``, ``pii``, ``function`` …) to their values."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  ``key`` is the event's name, as it goes on the wire, or the name of the only
    pages or screens that it is about; "" for other kinds.

    ``schema`` describes the whole message, so an event's properties are described by its
    ``properties.properties``.  ``version`` is at least 1; ``deprecated``: Segment marks it so.
    """

    kind: Kind
    key: str
    version: int
    schema: Schema
    deprecated: bool = False
    span: Span | None = field(default=None, compare=False, repr=False)

    @property
    def identity(self) -> tuple[Kind, str, int]:
        """What distinguishes it from the other rules of its plan."""
        return self.kind, self.key, self.version


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a plan, in its order, and what is said about the plan as a whole.

    ``extension`` is the plan's own ``x-typewriter``: definitions that no rule refers to.
    """

    name: str
    rules: tuple[Rule, ...]
    id: str | None = None
    description: str | None = None
    extension: Mapping[str, Any] = field(default_factory=dict)
