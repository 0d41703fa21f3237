"""A plan that is in memory, not in a file: judged as ``load`` would judge it."""

from __future__ import annotations

from ..diagnostics import Diagnostic
from . import codes, metaschema
from .document import Document, Map
from .facts import maps
from .model import Plan
from .parse import RawPlan, parse
from .schema import TooLarge

CALLS = ("identify", "group", "page", "screen")


def judge(root: Map, name: str = "Tracking plan") -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The plan whose ``tracking_plan`` is ``root``, and all that is wrong with it.

    It has no includes and no ``extends``.  ``name`` is what it is called where it does not
    say.  Where merging would not come to an end there is no plan.
    """
    whole = Map(root.mark)
    whole.put("tracking_plan", root, (root.mark, root.mark))
    found = metaschema.check(Document(root.span.file, "", whole, ()))
    try:
        plan, said = parse(_raw(root, name))
    except TooLarge as limit:
        message = "references that are merged unfold to far more than what is written"
        return None, (*found, codes.YAML_TOO_LARGE.at(limit.span, message))
    return plan, (*found, *said)


def _raw(root: Map, name: str) -> RawPlan:
    rules, definitions = root.get("rules"), root.get("definitions")
    rules = rules if isinstance(rules, Map) else Map(root.mark)
    common = rules.get("common")
    raw = RawPlan(name, root, maps(rules.get("events")))
    raw.calls = {kind: rules[kind] for kind in CALLS if isinstance(rules.get(kind), Map)}
    raw.common = common if isinstance(common, Map) else None
    if isinstance(definitions, Map):
        raw.definitions = definitions
    return raw
