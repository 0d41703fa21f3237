"""What the files of a ``rudder-cli`` project define, and how they refer to it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Code, Diagnostic
from ...plan.annotations import text
from ...plan.document import Map, Seq
from ...plan.metaschema import kind as kind_of
from ...suggest import did_you_mean
from ..codes import NOT_CARRIED
from ..nodes import shown
from . import codes

_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "properties": ("property", "properties"),
    "events": ("event", "events"),
    "categories": ("category", "categories"),
    "custom-types": ("custom-type", "types"),
    "tp": ("tracking-plan", ""),
    "tracking-plan": ("tracking-plan", ""),
}
"""A file's ``kind`` → the kind of what it defines, and the list in its ``spec``."""

_REFERENCE: Final = re.compile(
    r"#(?:/(?P<file>[^/]+)/(?P<group>[^/]+)/|(?P<kind>[a-z-]+):)(?P<id>.+)"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One definition: ``group`` is its file's ``metadata.name``."""

    id: str
    group: str
    node: Map


class Catalog:
    """All definitions by kind and id; gathers diagnostics for all readers."""

    def __init__(self, files: Sequence[Map]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.start = files[0]
        self._entries: dict[str, dict[str, list[Entry]]] = defaultdict(dict)
        for data in files:
            self._file(data)

    def all(self, kind: str) -> list[Entry]:
        """Every definition of a kind, in the order of the files."""
        return [entry for entries in self._entries[kind].values() for entry in entries]

    def find(self, kind: str, ref: Any, node: Map, key: str) -> Entry | None:
        """What ``ref`` refers to, which stands under ``key`` of ``node``; if nothing, an error."""
        words = reference(ref)
        found = _REFERENCE.fullmatch(words) if words else None
        if found is None:
            message = f"a reference to the {kind} was expected here, such as `#{kind}:id`"
            self.say(codes.WRONG_SHAPE, node, message, key=key)
            return None
        known = self._entries[kind]
        entries = known.get(found["id"], [])
        stated = found["kind"] or _FILES.get(found["file"], ("",))[0]
        if entries and stated == kind:
            return next((e for e in entries if e.group == found["group"]), entries[0])
        help = did_you_mean(found["id"], known) or "import the folder that has its file, too"
        self.say(
            codes.UNRESOLVED, node, f"`{words}` refers to nothing that was read", key=key, help=help
        )
        return None

    def say(
        self,
        code: Code,
        node: Map,
        message: str,
        *,
        key: str | None = None,
        help: str | None = None,
    ) -> None:
        """Add a diagnostic at the value of ``key``, else at the node."""
        span = node.value_span(key) if key is not None else node.span
        self.diagnostics.append(code.at(span, message, help=help))

    def listed(self, node: Map, key: str) -> Iterator[Map]:
        """The mappings in the list under ``key``; anything else there is an error."""
        found = node.get(key)
        if found is not None and not isinstance(found, Seq):
            self.say(codes.WRONG_SHAPE, node, f"`{key}` is a list, not {kind_of(found)}", key=key)
            return
        for index, each in enumerate(found or ()):
            if isinstance(each, Map):
                yield each
            else:
                message = f"an item of `{key}` is a mapping, not {kind_of(each)}"
                span = found.item_span(index) if found is not None else None
                self.diagnostics.append(codes.WRONG_SHAPE.at(span, message))

    def pass_over(self, node: Map, known: frozenset[str], what: str) -> None:
        """Warn of keys that nothing is known of."""
        for key in node:
            if key not in known and node[key] not in (None, "", {}, []):
                message = f"`{key}` of {what} is not carried over: {shown(node[key])}"
                self.diagnostics.append(NOT_CARRIED.at(node.key_span(key), message))

    def _file(self, data: Map) -> None:
        named, spec = text(data, "kind") or "", data.get("spec")
        if named not in _FILES:
            message = f"a file of the kind `{named}` is no part of a tracking plan: passed over"
            self.diagnostics.append(NOT_CARRIED.at(data.value_span("kind"), message))
            return
        kind, listed = _FILES[named]
        if not isinstance(spec, Map):
            self.say(
                codes.WRONG_SHAPE, data, f"`spec` is a mapping, not {kind_of(spec)}", key="spec"
            )
            return
        metadata = data.get("metadata")
        group = (text(metadata, "name") if isinstance(metadata, Map) else None) or ""
        for node in self.listed(spec, listed) if listed else [spec]:
            self._define(kind, group, node)

    def _define(self, kind: str, group: str, node: Map) -> None:
        id = node.get("id")
        if not isinstance(id, str) or not id:
            self.say(codes.WRONG_SHAPE, node, f"this {kind} has no `id`", key="id")
            return
        entries = self._entries[kind].setdefault(id, [])
        first = next((each for each in entries if each.group == group), None)
        if first is not None:
            related = ((first.node.value_span("id"), "first here"),)
            message = f"the {kind} `{id}` is defined twice"
            span = node.value_span("id")
            self.diagnostics.append(codes.WRONG_SHAPE.at(span, message, related=related))
            return
        entries.append(Entry(id, group, node))


def reference(value: Any) -> str | None:
    """The text of a reference: by itself, or under ``$ref``."""
    if isinstance(value, Map):
        value = value.get("$ref")
    return value if isinstance(value, str) else None
