"""Which values hold what the plan marks as personal, and so are not shown whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..plan.model import Array, Definition, Object, Plan, Type, Union
from ..plan.references import reachable


class Personal:
    """Knows of each type whether something in it is ``pii: true``."""

    def __init__(self, plan: Plan) -> None:
        self._definitions: Mapping[str, Definition] = plan.definitions
        types = [each.value.type for each in self._definitions.values()]
        self._marked = {
            name for name, type_ in zip(self._definitions, types, strict=True) if _marks(type_)
        }
        self._any = bool(self._marked) or any(map(_marks, _shapes(plan)))

    def within(self, type_: Type) -> bool:
        """Whether a value of this type may hold a personal one."""
        if not self._any:
            return False
        if _marks(type_):
            return True
        return bool(self._marked) and not self._marked.isdisjoint(
            reachable(type_, self._definitions)
        )


def _shapes(plan: Plan) -> Iterable[Object]:
    """The shapes of all messages."""
    calls = (plan.identify, plan.group, plan.page, plan.screen)
    yield from (call.properties for call in calls if call is not None)
    yield from (event.properties for event in plan.events)
    if plan.common is not None:
        yield plan.common


def _marks(type_: Type) -> bool:
    """Whether the type itself marks something, its definitions aside."""
    match type_:
        case Object():
            for declared in type_.properties:
                if declared.pii or _marks(declared.value.type):
                    return True
            return type_.additional is not None and _marks(type_.additional.type)
        case Array(items):
            return _marks(items.type)
        case Union(members):
            return any(map(_marks, members))
        case _:
            return False
