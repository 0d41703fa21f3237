"""Plan file → ``Plan``: reads it and what it includes, and says all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..diagnostics import Diagnostic, Span, has_errors, in_order
from ..util import did_you_mean, readable, uncollected
from . import codes, metaschema
from .annotations import text
from .conjunction import maps
from .document import Map, Seq
from .files import DISK, LIBRARY, Found, Tree, library, matching, read_text, resolved
from .model import CALLS, Plan
from .parse import RawPlan, as_members, merge, parse
from .queries import matches, without_unused
from .types import TooLarge
from .yaml_reader import read

MAX_TRAIL: Final = 50
"""Files that include each other in a row."""

MAX_TAKEN: Final = 10_000
"""Files taken in all, those that are included on several ways counted each time."""

Only: TypeAlias = tuple[Seq, ...]
"""Lists of patterns, one of each include on the way; an event is to match one of every list."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading a plan.

    ``plan`` is None exactly if there is an error; ``files`` are all that were read (or were
    to be), ``sources`` their texts by the names that spans bear.
    """

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[Path, ...]
    sources: Mapping[str, str]


@uncollected()
def load(path: str | Path, texts: Mapping[Path, str] | None = None, tree: Tree = DISK) -> Loaded:
    """The plan at ``path`` of a tree, its includes resolved.

    Reads files; writes and raises nothing.  ``texts`` are what files, by their paths as
    ``resolved`` gives them, are taken to hold.
    """
    loader = _Loader(Path(path), texts or {}, tree)
    plan = loader.run(f"{tree.prefix}{path}")
    diagnostics = in_order(loader.diagnostics)
    usable = None if has_errors(diagnostics) else plan
    return Loaded(usable, diagnostics, tuple(loader.files), loader.sources)


class _Loader:
    """One load: the files read so far, and what they gave."""

    def __init__(self, path: Path, texts: Mapping[Path, str], tree: Tree) -> None:
        self._texts = texts
        self._tree = tree
        self.diagnostics: list[Diagnostic] = []
        self.files: list[Path] = []
        self.sources: dict[str, str] = {}
        self._main = path
        self._raw: RawPlan | None = None
        self._events: dict[int, Map] = {}
        self._plans: dict[Path, Map | None] = {}
        self._added: dict[int, Map] = {}
        self._taken = 0

    def run(self, shown: str) -> Plan | None:
        found = Found(self._main, shown, self._tree)
        root = self._read(found, None)
        if root is None:
            return None
        raw = self._raw = RawPlan(readable(self._main.stem), root)
        raw.definitions = Map(root.mark)
        self._take(found, root, (), (resolved(found.path, found.tree),), [])
        raw.events = list(self._events.values())
        try:
            plan, diagnostics = parse(raw)
        except (TooLarge, RecursionError) as limit:
            span = limit.span if isinstance(limit, TooLarge) else root.span
            message = "references that are merged unfold to far more than what is written"
            help = "refer to a definition alone, `{$ref: …}`, rather than within `allOf`"
            self.diagnostics.append(codes.YAML_TOO_LARGE.at(span, message, help=help))
            return None
        self.diagnostics += diagnostics
        return without_unused(plan, LIBRARY)

    def _read(self, found: Found, span: Span | None) -> Map | None:
        """The mapping under ``tracking_plan`` of a file; each file is read once."""
        key = resolved(found.path, found.tree)
        if key not in self._plans:
            self._plans[key] = self._read_new(found, span)
        return self._plans[key]

    def _read_new(self, found: Found, span: Span | None) -> Map | None:
        self.files.append(found.path)
        content: str | Diagnostic | None = self._texts.get(resolved(found.path, found.tree))
        if content is None:
            content = read_text(found.path, found.shown, span, found.tree)
        if isinstance(content, Diagnostic):
            self.diagnostics.append(content)
            return None
        self.sources[found.shown] = content
        document = read(found.shown, content)
        self.diagnostics += document.diagnostics
        if document.data is None and document.diagnostics:
            return None
        self.diagnostics += metaschema.check(document)
        root = document.data.get("tracking_plan") if isinstance(document.data, Map) else None
        return root if isinstance(root, Map) else None

    # --- one file ------------------------------------------------------------------------

    def _take(
        self, found: Found, root: Map, only: Only, trail: tuple[Path, ...], offered: list[str]
    ) -> None:
        """Add what ``root``, read from ``found``, and its includes hold.

        ``trail`` is the files on the way here, ``offered`` gathers what ``only`` had to
        choose from.
        """
        raw = self._raw
        assert raw is not None
        includes = root.get("include")
        for index, entry in enumerate(includes if isinstance(includes, Seq) else []):
            assert isinstance(includes, Seq)
            self._include(found, entry, includes.item_span(index), only, trail, offered)
        self._define(root)
        rules = root.get("rules")
        rules = rules if isinstance(rules, Map) else Map(root.mark)
        main = len(trail) == 1
        if not main and not found.is_library:
            self._refuse_main_only(root, rules)
        self._calls(rules, main, only, offered)
        if main and isinstance(rules.get("common"), Map):
            raw.common = rules["common"]
        self._add_events(rules, only, offered)

    def _define(self, root: Map) -> None:
        defined = root.get("definitions")
        if not isinstance(defined, Map):
            return
        assert self._raw is not None
        known = self._raw.definitions
        for name in defined:
            if name in known and known[name] is not defined[name]:
                span, place = defined.key_span(name), (known.key_span(name), "first here")
                message = f"`{name}` is defined twice"
                help = "give one another name; all files of a plan share their definitions"
                found = codes.DUPLICATE_DEFINITION.at(span, message, help=help, related=(place,))
                self.diagnostics.append(found)
            else:
                known.put(name, defined[name], defined.marks[name])

    def _refuse_main_only(self, root: Map, rules: Map) -> None:
        places = [(root, "id"), *((rules, key) for key in ("common", *CALLS))]
        for node, key in places:
            if key in node:
                message = f"`{key}` stands in the main plan only, not in an included file"
                found = codes.MAIN_ONLY.at(node.key_span(key), message, help="move it there")
                self.diagnostics.append(found)

    def _calls(self, rules: Map, main: bool, only: Only, offered: list[str]) -> None:
        """identify, group, page and screen; what a library gives of them, ours extends."""
        assert self._raw is not None
        calls = self._raw.calls
        for kind in CALLS:
            node = rules.get(kind)
            if not isinstance(node, Map):
                continue
            offered.append(kind)
            if not main and not (only and all(kind in names for names in only)):
                continue
            if kind in calls:
                node = merge(self._spread(kind, calls[kind]), self._spread(kind, node))
            calls[kind] = node

    def _spread(self, kind: str, node: Map) -> Map:
        """A call with its members as mappings, so that two of them can be merged."""
        if CALLS[kind] != "traits":
            return as_members(node, self.diagnostics, node)
        if "traits" not in node:
            return node
        spread = node.only(node)
        spread["traits"] = as_members(node["traits"], self.diagnostics, node)
        return spread

    # --- events --------------------------------------------------------------------------

    def _add_events(self, rules: Map, only: Only, offered: list[str]) -> None:
        for node in maps(rules.get("events")):
            name = text(node, "name") or ""
            offered.append(name)
            if not all(any(matches(name, str(p)) for p in names) for names in only):
                continue
            if id(node) in self._added:
                continue  # its file is included on two ways
            self._added[id(node)] = node
            if "extends" in node:
                node = self._extended(node)
            self._events[id(node)] = node

    def _extended(self, node: Map) -> Map:
        """The event merged over the one it extends: of its version, else of the latest one.

        An included event of the same name is replaced; so is one of this file, unless the
        new one is another version of it.
        """
        wanted = text(node, "extends")
        named = [e for e in self._events.values() if text(e, "name") == wanted]
        if not named:
            span = node.value_span("extends")
            names = {n for n in (text(e, "name") for e in self._events.values()) if n}
            help = did_you_mean(wanted or "", names)
            help = help or "include the file that has it, with an `only:` that lets it through"
            message = f"there is no included event `{wanted}` to extend"
            self.diagnostics.append(codes.NOTHING_TO_EXTEND.at(span, message, help=help))
            return node
        same = [e for e in named if e.get("version") == node.get("version")]
        base = same[0] if same else max(named, key=_version)
        merged = merge(base, node)
        if text(node, "name") == wanted and (same or base.span.file != node.span.file):
            del self._events[id(base)]
        elif "function" not in node:
            merged.remove("function")  # the base keeps its name, so this is another's
        return merged

    # --- includes ------------------------------------------------------------------------

    def _include(
        self,
        within: Found,
        entry: Any,
        span: Span,
        outer: Only,
        trail: tuple[Path, ...],
        offered: list[str],
    ) -> None:
        pattern, picked = entry, None
        if isinstance(entry, Map):
            pattern, span, picked = entry.get("from"), entry.value_span("from"), entry.get("only")
        if not isinstance(pattern, str) or not pattern:
            return
        found = self._found(pattern, within, span)
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
            return
        only = (*outer, picked) if isinstance(picked, Seq) else outer
        seen: list[str] = []
        for file in found:
            key = resolved(file.path, file.tree)
            if key in trail:
                message = f"`{pattern}` leads back to a file that includes it: {file.shown}"
                self.diagnostics.append(codes.INCLUDE_CYCLE.at(span, message, help="remove it"))
                continue
            self._taken += 1
            if len(trail) > MAX_TRAIL or self._taken > MAX_TAKEN:
                message = "files that include files, far more of them than a plan has"
                self.diagnostics.append(codes.YAML_TOO_LARGE.at(span, message, help="remove some"))
                return
            root = self._read(file, span)
            if root is not None:
                self._take(file, root, only, (*trail, key), seen)
        offered += seen
        if isinstance(picked, Seq):
            self._check_only(picked, seen)
        elif pattern.startswith(LIBRARY) and seen and set(seen) <= set(CALLS):
            message = f"`{pattern}` gives nothing here: it has calls, and they come by name"
            help = f"write `{{from: {pattern}, only: [{', '.join(seen)}]}}`, or some of these"
            self.diagnostics.append(codes.ONLY_NOTHING.at(span, message, help=help))

    def _found(self, pattern: str, within: Found, span: Span) -> list[Found] | Diagnostic:
        if pattern.startswith(LIBRARY):
            one = library(pattern.removeprefix(LIBRARY), span)
            return one if isinstance(one, Diagnostic) else [one]
        root = self._main.parent if not within.is_library else within.path.parent
        return matching(pattern, within, root, span)

    def _check_only(self, only: Seq, seen: list[str]) -> None:
        for index, pattern in enumerate(only):
            if isinstance(pattern, str) and not any(_picks(pattern, name) for name in seen):
                message = f"`{pattern}` picks no event"
                help = did_you_mean(pattern, seen) or "there are: " + ", ".join(seen[:8])
                found = codes.ONLY_NOTHING.at(only.item_span(index), message, help=help)
                self.diagnostics.append(found)


def _picks(pattern: str, name: str) -> bool:
    """Calls come by their very names, events by patterns."""
    return pattern == name or (name not in CALLS and matches(name, pattern))


def _version(node: Map) -> int:
    version = node.get("version", 1)
    return version if isinstance(version, int) else 1
