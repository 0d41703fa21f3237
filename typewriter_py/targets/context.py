"""What a plan adds to the context that Segment knows."""

from __future__ import annotations

from typing import Final

from ..plan.model import Object, Plan, Property, Ref

CONTEXT_KEYS: Final = frozenset(
    "active app campaign channel consent device externalIds groupId ip locale location network os "
    "page protocols referrer screen timezone traits userAgent userAgentData".split()
)
"""What the clients' own ``Context`` has; a type that is made of it cannot change those."""


def added(plan: Plan) -> list[Property]:
    """The keys that the plan's ``common`` adds to the context."""
    declared = plan.common.properties if plan.common else ()
    context = next((each.value.type for each in declared if each.name == "context"), None)
    if isinstance(context, Ref):
        context = plan.definitions[context.name].value.type
    if not isinstance(context, Object):
        return []
    return [each for each in context.properties if each.name not in CONTEXT_KEYS]
