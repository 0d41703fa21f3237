"""What the answers of Segment's APIs have around a plan."""

from __future__ import annotations

from typing import Any, Final

from ...plan.document import Map, Seq

LISTS: Final = ("trackingPlans", "tracking_plans")
"""The keys of a list of plans."""

_WRAPPERS: Final = ("data", "trackingPlan", "tracking_plan")
_FIELDS: Final = frozenset({"context", "traits", "properties"})


def unwrapped(node: Any) -> Any:
    """What an answer is about: a plan, a list of rules, several plans.

    None for a plan in the plan language, which looks much like the Config API's.
    """
    while isinstance(node, Map):
        key = next((key for key in _WRAPPERS if isinstance(node.get(key), Map)), None)
        inner = None if key is None else node[key]
        if key == "tracking_plan" and _is_ours(node[key]):
            return None
        if inner is None:
            plans = next((node[key] for key in LISTS if isinstance(node.get(key), Seq)), None)
            if plans is None or len(plans) != 1:
                return node
            inner = plans[0]
        node = inner
    return node


def _is_ours(plan: Map) -> bool:
    """Whether what stands under ``tracking_plan`` is in the plan language, which looks alike."""
    rules = plan.get("rules")
    events = rules.get("events") if isinstance(rules, Map) else None
    for event in events if isinstance(events, Seq) else ():
        schema = event.get("rules") if isinstance(event, Map) else None
        fields = schema.get("properties") if isinstance(schema, Map) else None
        if isinstance(fields, Map) and fields and fields.keys() <= _FIELDS:
            return False
    return "name" not in plan
