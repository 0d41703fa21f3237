"""Where the events, calls and definitions of a plan are in its files, and how to change them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ..diagnostics import Span
from ..formats.nodes import Draft
from ..formats.rules import KIND_OF, Kind
from ..plan.conjunction import maps
from ..plan.document import Map
from ..plan.files import LIBRARY
from ..plan.load import Loaded
from ..plan.model import CALLS
from ..plan.text_edit import NOTHING, Change, Trail, same
from ..plan.yaml_reader import read
from .api.plans import Identity

ROOT: Final = ("tracking_plan",)
EVENTS: Final = (*ROOT, "rules", "events")
DEFINITIONS: Final = (*ROOT, "definitions")

SINGLE: Final[Mapping[str, Kind]] = {name: KIND_OF[name] for name in (*CALLS, "common")}
"""The kinds of rule of which a plan has one, by their keys under ``rules``."""


@dataclass(frozen=True, slots=True)
class Location:
    """A node in a file, by its path through the file's data, and the span to show for it.

    ``composed``: it is defined elsewhere too, or not in a file of the user's.
    """

    path: Path
    trail: Trail
    span: Span
    composed: bool = False


@dataclass(slots=True)
class Locations:
    """The locations of a plan's events and calls, by identity, and of its definitions, by name.

    ``main`` is the plan's main file, ``counts`` is the number of events in each file.
    """

    main: Path
    rules: dict[Identity, Location] = field(default_factory=dict)
    definitions: dict[str, Location] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)


def locations(loaded: Loaded) -> Locations:
    """All locations in ``loaded``, a plan without errors."""
    files = zip(loaded.files, loaded.sources.items(), strict=True)
    roots = [(path, name, _root(name, text)) for path, (name, text) in files]
    found = Locations(loaded.files[0])
    from_libraries = {call for _, _, root in roots for call in _library_calls(root)}
    for path, name, root in roots:
        external = name.startswith(LIBRARY)
        rules = _map(root, "rules")
        _events(found, path, rules, external)
        for call, kind in SINGLE.items() if path == found.main else ():
            composed = call in from_libraries
            if call in rules or composed:
                span = rules.key_span(call)
                found.rules[kind, "", 1] = Location(path, (*ROOT, "rules", call), span, composed)
        defined = _map(root, "definitions")
        for key in defined:
            span = defined.key_span(key)
            found.definitions[key] = Location(path, (*DEFINITIONS, key), span, external)
    return found


def _root(name: str, text: str) -> Map:
    data = read(name, text).data
    return _map(data if isinstance(data, Map) else Map((name, 1, 1, 1)), ROOT[0])


def _map(node: Map, key: str) -> Map:
    """The mapping under ``key``, or an empty one."""
    value = node.get(key)
    return value if isinstance(value, Map) else Map(node.mark)


def _events(found: Locations, path: Path, rules: Map, external: bool) -> None:
    listed = list(maps(rules.get("events")))
    found.counts[path] = len(listed)
    for index, node in enumerate(listed):
        name, version = node.get("name"), node.get("version", 1)
        if not isinstance(name, str):
            continue
        identity: Identity = ("TRACK", name, version if isinstance(version, int) else 1)
        composed = external or "extends" in node or identity in found.rules
        span = node.value_span("name")
        found.rules[identity] = Location(path, (*EVENTS, index), span, composed)


def _library_calls(root: Map) -> Iterator[str]:
    """The calls that the includes of a file take from libraries."""
    includes: Any = root.get("include")
    for entry in maps(includes):
        only = entry.get("only")
        if str(entry.get("from")).startswith(LIBRARY) and isinstance(only, list):
            yield from (name for name in only if name in CALLS)


# --- changes ---------------------------------------------------------------------------------


def changes(
    base: Draft, target: Draft, where: Locations, whole: Set[Identity]
) -> Iterator[tuple[Path, Change]]:
    """The changes to the files that turn the plan ``base`` into ``target``.

    The rules ``whole`` are rewritten as a whole, whatever the files have there.
    """
    yield from _defined(definitions(base), definitions(target), where)
    old, new = _nodes(base), _nodes(target)
    gone: dict[Path, list[tuple[Location, Any]]] = {}
    added: list[Any] = []
    for identity in {**old, **new}:
        before, after = old.get(identity, NOTHING), new.get(identity, NOTHING)
        location = where.rules.get(identity)
        if same(before, after):
            continue
        if location is None and identity[0] == "TRACK":
            added.append(after)
        elif location is None:
            trail = (*ROOT, "rules", identity[0].lower())
            yield where.main, Change(trail, NOTHING, after)
        elif after is NOTHING and identity[0] == "TRACK":
            gone.setdefault(location.path, []).append((location, before))
        else:
            yield location.path, Change(location.trail, before, after, identity in whole)
    yield from _removed(gone, added, where)
    yield from ((where.main, Change((*EVENTS, -1), NOTHING, node)) for node in added)


def _removed(
    gone: Mapping[Path, list[tuple[Location, Any]]], added: list[Any], where: Locations
) -> Iterator[tuple[Path, Change]]:
    """Remove events; a list that loses all of them is rewritten, with the added ones."""
    for path, removed in gone.items():
        if len(removed) < where.counts[path]:
            yield from ((path, Change(each.trail, node, NOTHING)) for each, node in removed)
            continue
        new = list(added) if path == where.main else []
        yield path, Change(EVENTS, [node for _, node in removed], new, whole=True)
        added[:] = [] if new else added


def _defined(
    old: Mapping[str, Any], new: Mapping[str, Any], where: Locations
) -> Iterator[tuple[Path, Change]]:
    for name in {**old, **new}:
        location = where.definitions.get(name)
        before, after = old.get(name, NOTHING), new.get(name, NOTHING)
        if same(before, after) or (location and location.composed):
            continue
        if location is None:
            yield where.main, Change((*DEFINITIONS, name), NOTHING, after)
        elif new:  # else all are unused, and stay
            yield location.path, Change(location.trail, before, after)


def definitions(draft: Draft) -> Mapping[str, Any]:
    """The definitions of a draft, by name."""
    found = draft.root.get("definitions")
    return found if isinstance(found, Map) else {}


def _nodes(draft: Draft) -> dict[Identity, Any]:
    """The events and calls of a draft, by identity."""
    rules = draft.root["rules"]
    found: dict[Identity, Any] = {}
    for node in maps(rules.get("events")):
        found["TRACK", node["name"], node.get("version", 1)] = node
    for name, kind in SINGLE.items():
        if name in rules:
            found[kind, "", 1] = rules[name]
    return found
