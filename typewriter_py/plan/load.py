"""Plan file → ``Plan``: reads it and its includes, and reports everything wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..diagnostics import Diagnostic, Span, has_errors, in_order
from ..spellings import Spellings
from ..util import readable, without_gc
from . import codes, metaschema
from .annotations import number_of, text
from .conjunction import maps
from .document import Map, Seq
from .files import DISK, LIBRARY, Found, Tree, library, matching, read_text, resolved
from .mistakes.rereading import all_mistakes
from .model import CALLS, Plan
from .parse import UNFOLDED, RawPlan, as_members, merge, parse
from .queries import Patterns, matches, without_unused
from .types import TooLarge
from .yaml_reader import read

MAX_TRAIL: Final = 50
"""Length of a chain of includes."""

MAX_TAKEN: Final = 10_000
"""Files in total; one that is included several times counts each time."""

Only: TypeAlias = tuple[Patterns, ...]
"""The ``only`` lists of a chain of includes; an event has to match a pattern of each."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of loading a plan.

    ``plan`` is None exactly if there is an error; ``files`` are all those read (or attempted),
    ``sources`` their texts by the file names in spans.  ``mended`` are the texts of those that
    are better with the fixes of errors.
    """

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[Path, ...]
    sources: Mapping[str, str]
    mended: Mapping[str, str] = field(default_factory=dict)


@without_gc()
def load(path: str | Path, texts: Mapping[Path, str] | None = None, tree: Tree = DISK) -> Loaded:
    """The plan at ``path`` of a tree, its includes resolved.

    Reads files; writes and raises nothing.  ``texts`` replace the contents of files, by their
    paths as ``resolved`` returns them.
    """
    loader = _Loader(Path(path), texts or {}, tree)
    plan, found = loader.run(f"{tree.prefix}{path}"), loader.diagnostics
    if not has_errors(found):
        return Loaded(plan, in_order(found), tuple(loader.files), loader.sources)

    def read_again(changed: Mapping[str, str]) -> list[Diagnostic]:
        others = {loader.paths[file]: text for file, text in changed.items()}
        again = _Loader(Path(path), {**(texts or {}), **others}, tree)
        again.run(f"{tree.prefix}{path}")
        return again.diagnostics

    found, mended = all_mistakes(found, loader.sources, read_again)
    return Loaded(None, in_order(found), tuple(loader.files), loader.sources, mended)


class _Loader:
    """One load: the files read so far, and their content."""

    def __init__(self, path: Path, texts: Mapping[Path, str], tree: Tree) -> None:
        self._texts = texts
        self._tree = tree
        self.diagnostics: list[Diagnostic] = []
        self.files: list[Path] = []
        self.sources: dict[str, str] = {}
        self.paths: dict[str, Path] = {}
        self._main = path
        self._raw = RawPlan(readable(path.stem), Map(("", 1, 1, 1)))
        # By identity, and those once more by name; what `extends` could mean.
        self._events: dict[int, Map] = {}
        self._by_name: dict[str | None, dict[int, Map]] = {}
        self._names = Spellings(())
        self._plans: dict[Path, Map | None] = {}
        self._added: dict[int, Map] = {}
        self._taken = 0

    def run(self, shown: str) -> Plan | None:
        found = Found(self._main, shown, self._tree)
        root = self._read(found, None)
        if root is None:
            return None
        self._raw.root = root
        self._take(found, root, (), (resolved(found.path, found.tree),), [])
        self._raw.events = list(self._events.values())
        try:
            plan, diagnostics = parse(self._raw)
        except (TooLarge, RecursionError) as limit:
            span = limit.span if isinstance(limit, TooLarge) else root.span
            help = "refer to a definition alone, `{$ref: …}`, rather than within `allOf`"
            self.diagnostics.append(codes.YAML_TOO_LARGE.at(span, UNFOLDED, help=help))
            return None
        self.diagnostics += [*metaschema.beyond(self.diagnostics, diagnostics)]
        return without_unused(plan, LIBRARY)

    def _read(self, found: Found, span: Span | None) -> Map | None:
        """The mapping under ``tracking_plan`` of a file; each file is read once."""
        key = resolved(found.path, found.tree)
        if key not in self._plans:
            self._plans[key] = self._read_new(found, self._texts.get(key), span)
        return self._plans[key]

    def _read_new(
        self, found: Found, content: str | Diagnostic | None, span: Span | None
    ) -> Map | None:
        self.files.append(found.path)
        if content is None:
            content = read_text(found.path, found.shown, span, found.tree)
        if isinstance(content, Diagnostic):
            self.diagnostics.append(content)
            return None
        self.sources[found.shown] = content
        self.paths[found.shown] = resolved(found.path, found.tree)
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
        """Add the content of ``root``, read from ``found``, and of its includes.

        ``trail`` is the chain of includes so far, ``offered`` collects the names that ``only``
        could select.
        """
        includes = root.get("include")
        if isinstance(includes, Seq):
            for entry, mark in zip(includes, includes.marks, strict=True):
                self._include(found, entry, Span(*mark), only, trail, offered)
        self._define(root.submap("definitions"))
        rules, main = root.submap("rules"), len(trail) == 1
        if not main and not found.is_library:
            self._refuse_main_only(root, rules)
        self._calls(rules, main, only, offered)
        if main and isinstance(rules.get("common"), Map):
            self._raw.common = rules["common"]
        self._add_events(rules, only, offered)

    def _define(self, defined: Map) -> None:
        known = self._raw.definitions
        for name in defined:
            if name in known and known[name] is not defined[name]:
                span, related = defined.key_span(name), ((known.key_span(name), "first here"),)
                message = f"`{name}` is defined twice"
                help = "rename one: all files of a plan share their definitions"
                found = codes.DUPLICATE_DEFINITION.at(span, message, help=help, related=related)
                self.diagnostics.append(found)
            else:
                known.put(name, defined[name], defined.marks[name])

    def _refuse_main_only(self, root: Map, rules: Map) -> None:
        for node, key in [(root, "id"), *((rules, key) for key in ("common", *CALLS))]:
            if key in node:
                message = f"`{key}` is only allowed in the main plan, not in an included file"
                found = codes.MAIN_ONLY.at(node.key_span(key), message, help="move it there")
                self.diagnostics.append(found)

    def _calls(self, rules: Map, main: bool, only: Only, offered: list[str]) -> None:
        """Add identify, group, page and screen; ours extend those of a library."""
        calls = self._raw.calls
        for kind in CALLS:
            node = rules.get(kind)
            if not isinstance(node, Map):
                continue
            offered.append(kind)
            if not main and not (only and all(kind in names.listed for names in only)):
                continue
            if kind in calls:
                node = merge(self._spread(kind, calls[kind]), self._spread(kind, node))
            calls[kind] = node

    def _spread(self, kind: str, node: Map) -> Map:
        """A call with its members as mappings, so that two calls can be merged."""
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
            selected = all(names.match(name) for names in only)
            if selected and id(node) not in self._added:  # a file may be included several times
                self._added[id(node)] = node
                event = self._extended(node) if "extends" in node else node
                self._events[id(event)] = event
                name = text(event, "name") or ""
                self._by_name.setdefault(name, {})[id(event)] = event
                self._names.add(name)

    def _extended(self, node: Map) -> Map:
        """The event merged over the one that it extends: of its version, else of the latest.

        It replaces an included event of the same name, and one of this file unless it is
        another version of it.
        """
        wanted = text(node, "extends") or ""
        named = [*self._by_name.get(wanted, {}).values()]
        if not named:
            span = node.value_span("extends")
            help = self._names.did_you_mean(wanted)
            help = help or "include the file that has it, with an `only:` that selects it"
            message = f"there is no included event `{wanted}` to extend"
            self.diagnostics.append(codes.NOTHING_TO_EXTEND.at(span, message, help=help))
            return node
        same = [e for e in named if e.get("version") == node.get("version")]
        base = same[0] if same else max(named, key=lambda e: number_of(e.get("version")) or 1)
        merged = merge(base, node)
        if text(node, "name") == wanted and (same or base.span.file != node.span.file):
            del self._events[id(base)], self._by_name[wanted][id(base)]
        elif "function" not in node:
            merged.remove("function")  # the base keeps that name
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
        only = (*outer, Patterns(picked)) if isinstance(picked, Seq) else outer
        seen: list[str] = []
        for file in found:
            key = resolved(file.path, file.tree)
            if key in trail:
                message = f"circular include: `{pattern}` leads back to {file.shown}"
                self.diagnostics.append(codes.INCLUDE_CYCLE.at(span, message, help="remove it"))
                continue
            self._taken += 1
            if len(trail) > MAX_TRAIL or self._taken > MAX_TAKEN:
                message, help = "far more includes than any plan needs", "remove some"
                self.diagnostics.append(codes.YAML_TOO_LARGE.at(span, message, help=help))
                return
            root = self._read(file, span)
            if root is not None:
                self._take(file, root, only, (*trail, key), seen)
        offered += seen
        if isinstance(picked, Seq):
            self._check_only(picked, seen)
        elif pattern.startswith(LIBRARY) and seen and set(seen) <= set(CALLS):
            message = f"`{pattern}` adds nothing: it only has calls, which have to be named"
            help = f"write `{{from: {pattern}, only: [{', '.join(seen)}]}}`, or some of these"
            self.diagnostics.append(codes.ONLY_NOTHING.at(span, message, help=help))

    def _found(self, pattern: str, within: Found, span: Span) -> list[Found] | Diagnostic:
        if pattern.startswith(LIBRARY):
            one = library(pattern.removeprefix(LIBRARY), span)
            return one if isinstance(one, Diagnostic) else [one]
        root = self._main.parent if not within.is_library else within.path.parent
        return matching(pattern, within, root, span)

    def _check_only(self, only: Seq, seen: list[str]) -> None:
        names, spellings = {*seen}, Spellings(seen)
        for index, pattern in enumerate(only):
            if isinstance(pattern, str) and not _picks(pattern, names):
                message = f"`{pattern}` matches no event"
                help = spellings.did_you_mean(pattern) or "available: " + ", ".join(seen[:8])
                found = codes.ONLY_NOTHING.at(only.item_span(index), message, help=help)
                self.diagnostics.append(found)


def _picks(pattern: str, names: set[str]) -> bool:
    """Whether ``pattern`` selects one of the events, or is the exact name of a call."""
    if pattern in names or "*" not in pattern:
        return pattern in names
    return any(name not in CALLS and matches(name, pattern) for name in names)
