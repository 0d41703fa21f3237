"""From one draft of a plan to another, as changes of the files where its parts stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from ...plan.document import Map
from ...plan.edit import Change
from ...plan.facts import maps
from ...plan.files import resolved
from ...plan.splices import NOTHING, same
from ..api.remote import Identity
from ..draft import Draft
from .homes import CALL_OF, DEFINITIONS, EVENTS, KIND_OF, ROOT, Home, Homes


def changes(
    base: Draft, target: Draft, homes: Homes, whole: Set[Identity]
) -> dict[Path, list[Change]]:
    """The changes of files that make what ``target`` says of what ``base`` says.

    Those of the rules ``whole`` write them anew, whatever the files have there.
    """
    return _by_file(_changes(base, target, homes, whole))


def _changes(
    base: Draft, target: Draft, homes: Homes, whole: Set[Identity]
) -> Iterator[tuple[Path, Change]]:
    yield from _defined(definitions(base), definitions(target), homes)
    old, new = _nodes(base), _nodes(target)
    gone: dict[Path, list[tuple[Home, Any]]] = {}
    added: list[Any] = []
    for identity in [*old, *(each for each in new if each not in old)]:
        before, after = old.get(identity, NOTHING), new.get(identity, NOTHING)
        home = homes.rules.get(identity)
        if same(before, after):
            continue
        if home is None and identity[0] == "TRACK":
            added.append(after)
        elif home is None:
            trail = (*ROOT, "rules", CALL_OF[identity[0]])
            yield homes.main, Change(trail, NOTHING, after)
        elif after is NOTHING and identity[0] == "TRACK":
            gone.setdefault(home.path, []).append((home, before))
        else:
            yield home.path, Change(home.trail, before, after, identity in whole)
    yield from _removed(gone, added, homes)
    yield from ((homes.main, Change((*EVENTS, -1), NOTHING, node)) for node in added)


def _removed(
    gone: Mapping[Path, list[tuple[Home, Any]]], added: list[Any], homes: Homes
) -> Iterator[tuple[Path, Change]]:
    """Events that go; a list that loses all it has is written anew, with what is added."""
    for path, leaving in gone.items():
        if len(leaving) < homes.counts[resolved(path)]:
            yield from ((path, Change(home.trail, node, NOTHING)) for home, node in leaving)
            continue
        new = list(added) if path == homes.main else []
        yield path, Change(EVENTS, [node for _, node in leaving], new, whole=True)
        added[:] = [] if new else added


def _defined(
    old: Mapping[str, Any], new: Mapping[str, Any], homes: Homes
) -> Iterator[tuple[Path, Change]]:
    leaving = [name for name in old if name not in new]
    for name in [*old, *(each for each in new if each not in old)]:
        home = homes.definitions.get(name)
        before, after = old.get(name, NOTHING), new.get(name, NOTHING)
        if same(before, after) or (home and home.composed):
            continue
        if home is None:
            yield homes.main, Change((*DEFINITIONS, name), NOTHING, after)
        elif after is not NOTHING or len(leaving) < len(old) + len(new.keys() - old.keys()):
            yield home.path, Change(home.trail, before, after)


def definitions(draft: Draft) -> Mapping[str, Any]:
    """Those of a draft, by their names."""
    found = draft.root.get("definitions")
    return found if isinstance(found, Map) else {}


def _nodes(draft: Draft) -> dict[Identity, Any]:
    """The events and calls of a draft, by the identities of their rules."""
    rules = draft.root["rules"]
    found: dict[Identity, Any] = {}
    for node in maps(rules.get("events")):
        found["TRACK", node["name"], node.get("version", 1)] = node
    for name, kind in KIND_OF.items():
        if name in rules:
            found[kind, "", 1] = rules[name]
    return found


def _by_file(changes: Iterator[tuple[Path, Change]]) -> dict[Path, list[Change]]:
    found: dict[Path, list[Change]] = {}
    for path, change in changes:
        found.setdefault(path, []).append(change)
    return found
