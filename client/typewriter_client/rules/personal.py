"""Which keys of a message may be shown, for messages that were not checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .base import Rule
from .containers import Array
from .definitions import Definitions, Ref
from .objects import Object
from .report import REDACTED, Path


def public(rule: Rule, path: Path, definitions: Definitions) -> Path:
    """A path without keys that may be personal: those inside a personal value, unless the
    rule names them.  The rule must be compiled."""
    shown: list[str | int] = []
    rules: list[Rule] = [rule]
    personal = False
    for step in path:
        here = list(_at_once(rules, definitions))
        personal = personal or any(each.personal for each in here)
        rules, named = _further(here, step)
        hides = personal and not named and not isinstance(step, int)
        shown.append(REDACTED if hides else step)
    return tuple(shown)


def _at_once(rules: list[Rule], definitions: Definitions) -> Iterator[Rule]:
    """The rules, and those that they consist of for the same value."""
    ahead, seen = list(rules), set[int]()
    while ahead:
        each = ahead.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inside: Iterable[Rule] = each.parts()
        if isinstance(each, Ref):
            inside = (definitions.rule(each.of),)
        if not isinstance(each, (Array, Object)):
            ahead += inside


def _further(rules: list[Rule], step: str | int) -> tuple[list[Rule], bool]:
    """The rules for values one step further, and whether any of them names that step."""
    found: list[Rule] = []
    named = False
    for each in rules:
        if isinstance(each, Array):
            found.append(each.items)
        elif isinstance(each, Object):
            rule = each.properties.get(step) if isinstance(step, str) else None
            named = named or rule is not None
            rule = rule or each.additional
            found += [rule] if rule is not None else []
    return found, named
