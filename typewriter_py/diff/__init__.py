"""The semantic difference of two plans: what changed, and whom it breaks.

``pairing`` pairs the parts of both plans, ``rules`` has one function for each kind of change,
``inclusion`` compares types.
"""

from __future__ import annotations

from dataclasses import replace

from ..plan.model import ABSENT, Plan
from .model import SAFE, Change, Finding, Location, Owner
from .pairing import DefinitionPair, EventPair, Pair, PlanPair, PropertyPair, Walk
from .rules import Rule, rules_by_pair
from .witness import Witnesses


def compare(old: Plan | None, new: Plan) -> tuple[Change, ...]:
    """All changes from ``old`` to ``new``: by event in the new plan's order, definitions last.

    If there was no plan at all, there were no callers and no data that could break.
    """
    if old is None:
        changes = compare(Plan(new.name, span=new.span), new)
        return tuple(replace(each, breaks=SAFE, witness=ABSENT) for each in changes)
    walk, by_pair = Walk(old, new), rules_by_pair()
    found = [
        (pair, rule, finding)
        for pair in walk.pairs()
        for rule in by_pair.get(type(pair), ())
        for finding in rule.check(pair)
    ]
    witnesses = Witnesses(old, new)
    return tuple(_change(*each, walk, witnesses) for each in found)


def _change(pair: Pair, rule: Rule, finding: Finding, walk: Walk, witnesses: Witnesses) -> Change:
    location = pair.location
    shared = location.owner.kind == "definition"
    reached = _users(walk, location) if shared else (location,)
    # What nothing refers to can be changed at will; its name, though, is in generated code.
    idle = shared and not reached and not isinstance(pair, DefinitionPair)
    joint = ": " if finding.message.startswith("`") else " "
    change = Change(
        rule.code,
        SAFE if idle else finding.breaks,
        f"{location.owner}{joint}{finding.message}",
        replace(location, was=location.was if _is_gone(pair) else None),
        reached,
        allowed=bool(finding.breaks and reached) and all(each.owner.bumped for each in reached),
    )
    return witnesses.added(change) if "callers" in change.breaks else change


def _is_gone(pair: Pair) -> bool:
    """Whether only the old plan has it, at least under its old name."""
    if isinstance(pair, EventPair | PropertyPair) and pair.renamed:
        return True
    return not isinstance(pair, PlanPair) and pair.new is None


def _users(walk: Walk, location: Location) -> tuple[Location, ...]:
    """Where events and calls use a part of a definition, each of them once."""
    found: dict[Owner, Location] = {}
    ahead, seen = [location], {location.owner.name}
    while ahead:
        inner = ahead.pop(0)
        for user in walk.users.get(inner.owner.name, ()):
            whole = replace(user, steps=(*user.steps, *inner.steps))
            if user.owner.kind != "definition":
                found.setdefault(user.owner, whole)
            elif user.owner.name not in seen:
                seen.add(user.owner.name)
                ahead.append(whole)
    return tuple(found.values())
