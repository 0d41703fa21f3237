"""Where in a plan's files each thing stands that a rule may change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ...diagnostics import Span
from ...plan.document import Map
from ...plan.edit import Trail
from ...plan.facts import maps
from ...plan.files import LIBRARY, resolved
from ...plan.load import CALLS, Loaded
from ...plan.reader import read
from ..api.remote import Identity
from ..rules import Kind

ROOT: Final = ("tracking_plan",)
EVENTS: Final = (*ROOT, "rules", "events")
DEFINITIONS: Final = (*ROOT, "definitions")

KIND_OF: Final[Mapping[str, Kind]] = {
    "identify": "IDENTIFY",
    "group": "GROUP",
    "page": "PAGE",
    "screen": "SCREEN",
    "common": "COMMON",
}
CALL_OF: Final[Mapping[str, str]] = {kind: call for call, kind in KIND_OF.items()}


@dataclass(frozen=True, slots=True)
class Home:
    """A place in a file: its path through the file's data, and where one looks.

    ``composed``: it does not stand there alone, or not in a file of the user's.
    """

    path: Path
    trail: Trail
    span: Span
    composed: bool = False


@dataclass(slots=True)
class Homes:
    """The places of a plan's events and calls, by their identities, and of its definitions.

    ``main`` is the plan's main file, ``counts`` how many events each file lists.
    """

    main: Path
    rules: dict[Identity, Home] = field(default_factory=dict)
    definitions: dict[str, Home] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)

    def add(self, identity: Identity, home: Home) -> None:
        """One more place; a second one of the same thing makes it composed."""
        other = self.rules.get(identity)
        composed = home.composed or other is not None
        self.rules[identity] = Home(home.path, home.trail, home.span, composed)


def homes(loaded: Loaded) -> Homes:
    """Where all of it stands.  ``loaded`` is a plan without errors."""
    files = list(zip(loaded.files, loaded.sources.items(), strict=True))
    roots = [(path, name, _root(name, text)) for path, (name, text) in files]
    found = Homes(roots[0][0])
    given = {call for _, _, root in roots for call in _given(root)}
    for number, (path, name, root) in enumerate(roots):
        foreign = name.startswith(LIBRARY)
        rules = root.get("rules")
        rules = rules if isinstance(rules, Map) else Map(root.mark)
        _events(found, path, rules, foreign)
        if number == 0:
            _calls(found, path, rules, given)
        defined = root.get("definitions")
        defined = defined if isinstance(defined, Map) else Map(root.mark)
        for key in defined:
            span = defined.key_span(key)
            found.definitions[key] = Home(path, (*DEFINITIONS, key), span, foreign)
    return found


def _root(name: str, text: str) -> Map:
    data = read(name, text).data
    root = data.get("tracking_plan") if isinstance(data, Map) else None
    return root if isinstance(root, Map) else Map((name, 1, 1, 1))


def _events(found: Homes, path: Path, rules: Map, foreign: bool) -> None:
    listed = list(maps(rules.get("events")))
    found.counts[resolved(path)] = len(listed)
    for index, node in enumerate(listed):
        name, version = node.get("name"), node.get("version", 1)
        if not isinstance(name, str):
            continue
        identity: Identity = ("TRACK", name, version if isinstance(version, int) else 1)
        span = node.value_span("name")
        home = Home(path, (*EVENTS, index), span, foreign or "extends" in node)
        found.add(identity, home)


def _calls(found: Homes, path: Path, rules: Map, given: set[str]) -> None:
    for name, kind in KIND_OF.items():
        if name in rules or name in given:
            home = Home(path, (*ROOT, "rules", name), rules.key_span(name), name in given)
            found.add((kind, "", 1), home)


def _given(root: Map) -> Iterator[str]:
    """The calls that this file's includes take from libraries."""
    includes: Any = root.get("include")
    for entry in maps(includes):
        only = entry.get("only")
        if str(entry.get("from")).startswith(LIBRARY) and isinstance(only, list):
            yield from (name for name in only if name in CALLS)
