"""Facts about a plan: which types have personal data or the same checks; added context keys."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

from ..plan import model as m
from ..plan.queries import children, reachable, shapes


class Personal:
    """Whether a type has properties that are ``pii: true``."""

    def __init__(self, plan: m.Plan) -> None:
        self._definitions: Mapping[str, m.Definition] = plan.definitions
        definitions = plan.definitions.items()
        self._marked = {name for name, each in definitions if _marks(each.value.type)}
        self._any = bool(self._marked) or any(map(_marks, shapes(plan)))

    def within(self, type_: m.Type) -> bool:
        """Whether a value of this type may contain personal data."""
        if not self._any:
            return False
        if _marks(type_):
            return True
        return bool(self._marked) and not self._marked.isdisjoint(
            reachable(type_, self._definitions)
        )


def _marks(type_: m.Type) -> bool:
    """Whether the type itself has such a property, apart from the definitions it refers to."""
    marked = isinstance(type_, m.Object) and any(each.pii for each in type_.properties)
    return marked or any(map(_marks, children(type_)))


def digest(text: str) -> str:
    """Six hexadecimal digits."""
    return f"{zlib.crc32(text.encode('utf-8', 'backslashreplace')) & 0xFFFFFF:06x}"


def identity(type_: m.Type) -> str:
    """A key that types with the same checks share, and only those."""
    match type_:
        case m.AnyType():
            return "any"
        case m.Boolean():
            return "boolean"
        case m.Number():
            low, high = type_.minimum, type_.maximum
            bounds = low, type_.exclusive_minimum, high, type_.exclusive_maximum
            return f"number {type_.integer} {bounds} {type_.multiple_of}"
        case m.String():
            return f"string {type_.min_length} {type_.max_length} {type_.patterns} {type_.format!r}"
        case m.Enum():
            return f"enum {type_.values}"
        case m.Array():
            size = f"{type_.min_items} {type_.max_items} {type_.unique_items}"
            return f"[{_value(type_.items)} {size}]"
        case m.Object():
            return _object(type_)
        case m.Union():
            return f"({' | '.join(map(identity, type_.members))} {type_.exclusive})"
        case m.Ref():
            return f"ref {type_.name!r}"


def _object(type_: m.Object) -> str:
    members = " ".join(sorted(map(_property, type_.properties)))
    rest = _value(type_.additional) if type_.additional else ""
    size = f"{type_.min_properties} {type_.max_properties}"
    return f"{{{members} *: {rest} {type_.required} {size}}}"


def _property(declared: m.Property) -> str:
    marks = f"{'!' if declared.required else ''}{'#' if declared.pii else ''}"
    return f"{declared.name!r}{marks}: {_value(declared.value)}"


def _value(value: m.Value) -> str:
    return identity(value.type) + "?" if value.nullable else identity(value.type)


CONTEXT_KEYS: Final = frozenset(
    "active app campaign channel consent device externalIds groupId ip locale location network os "
    "page protocols referrer screen timezone traits userAgent userAgentData".split()
)
"""The keys of the clients' own ``Context``, which a type that extends it cannot change."""


def added_context(plan: m.Plan) -> list[m.Property]:
    """The keys that the plan's ``common`` adds to the context."""
    declared = plan.common.properties if plan.common else ()
    context = next((each.value.type for each in declared if each.name == "context"), None)
    if isinstance(context, m.Ref):
        context = plan.definitions[context.name].value.type
    if not isinstance(context, m.Object):
        return []
    return [each for each in context.properties if each.name not in CONTEXT_KEYS]
