"""Which values hold what the plan marks as personal, and so are not shown whole."""

from __future__ import annotations

from collections.abc import Mapping

from ....plan.model import Definition, Object, Type
from ....plan.references import parts, reachable


class Personal:
    """Knows of each type whether something in it is ``pii: true``."""

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._definitions = definitions
        self._marked = {name for name, each in definitions.items() if _marks(each.value.type)}

    def within(self, type_: Type) -> bool:
        """Whether a value of this type may hold a personal one."""
        if _marks(type_):
            return True
        return bool(self._marked) and not self._marked.isdisjoint(
            reachable(type_, self._definitions)
        )


def _marks(type_: Type) -> bool:
    objects = (part for part in parts(type_) if isinstance(part, Object))
    return any(declared.pii for each in objects for declared in each.properties)
