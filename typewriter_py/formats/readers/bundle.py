"""JSON Schemas of several files → self-contained documents: references become definitions.

A reference is resolved against its file's path, or its ``$id``
(https://json-schema.org/draft-07/json-schema-core#rfc.section.8).  Nothing is fetched.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urljoin

from ...names import pascal, words
from ...plan.document import Document, Map, Seq
from .. import codes
from ..definitions import DEFINITION_KEYS
from ..nodes import maps_in, node_at, pointer_to, steps_of
from .findings import Findings

_OWN: Final = frozenset({"$schema", "$id", "id", "self", *DEFINITION_KEYS})
"""Keys of a document that mean nothing in a part of another document; ``self`` is Iglu's."""


class Target(NamedTuple):
    """The target of a reference: a document's index, and the steps of a JSON pointer."""

    document: int
    steps: tuple[str, ...]


class Bundler:
    """Knows all files, and makes any of them self-contained."""

    def __init__(self, documents: Sequence[Document], findings: Findings) -> None:
        self.documents = documents
        self._findings = findings
        self._paths = {normal_path(each.file): at for at, each in enumerate(documents)}
        self._ids = {
            str(each.data["$id"]).partition("#")[0]: at
            for at, each in enumerate(documents)
            if isinstance(each.data.get("$id"), str)
        }
        self._anchored: dict[int, dict[str, tuple[str, ...]]] = {}
        self._reported: set[int] = set()

    def referred(self, but: frozenset[int] = frozenset()) -> set[int]:
        """The documents that others refer to; references from those in ``but`` do not count."""
        return {
            target.document
            for at, document in enumerate(self.documents)
            if at not in but
            for node in maps_in(document.data)
            if isinstance(node.get("$ref"), str)
            and (target := self._target(at, node))
            and target.document != at
        }

    # --- references ----------------------------------------------------------------------

    def _target(self, at: int, node: Map) -> Target | None:
        uri, _, fragment = node["$ref"].partition("#")
        document = at if not uri else self._document(at, uri)
        if document is None:
            return None
        if fragment and not fragment.startswith("/"):
            steps = self._anchors(document).get(fragment)
            return None if steps is None else Target(document, steps)
        return Target(document, steps_of(fragment))

    def _anchors(self, document: int) -> dict[str, tuple[str, ...]]:
        """The steps to each node of a document that has a name of its own: ``$anchor``, or an
        ``$id`` that is a fragment before 2019-09."""
        if document not in self._anchored:
            found = self._anchored[document] = {}
            for steps, node in _nodes(self.documents[document].data, ()):
                for key in ("$anchor", "$dynamicAnchor", "$id", "id"):
                    name = node.get(key)
                    if isinstance(name, str) and (name.startswith("#") or "nchor" in key):
                        found.setdefault(name.removeprefix("#"), steps)
        return self._anchored[document]

    def _document(self, at: int, uri: str) -> int | None:
        here = self.documents[at]
        path = posixpath.join(posixpath.dirname(normal_path(here.file)), unquote(uri))
        found = self._paths.get(posixpath.normpath(path))
        if found is None:
            base = here.data.get("$id")
            absolute = urljoin(base, uri) if isinstance(base, str) else uri
            found = self._ids.get(absolute, self._ids.get(uri))
        return found

    def node(self, target: Target) -> Any:
        """The value at ``target``; None if there is none."""
        return node_at(self.documents[target.document].data, target.steps)

    def found(self, at: int, node: Map) -> Target | None:
        """The target of ``node``'s reference, or None and (once) a diagnostic."""
        target = self._target(at, node)
        if target is not None and isinstance(self.node(target), Map | bool):
            return target
        if id(node) not in self._reported:
            self._reported.add(id(node))
            message = f"`{node['$ref']}` does not exist in these files"
            help = "check the path; schemas are not fetched: import the folder that has them all"
            self._findings.add(codes.UNRESOLVED_REF, node.value_span("$ref"), message, help)
        return None

    def called(self, target: Target) -> str:
        """A name for the definition made from ``target``."""
        steps = [
            step for step in target.steps if step not in (*DEFINITION_KEYS, "properties", "items")
        ]
        if steps:
            return steps[-1]
        document = self.documents[target.document]
        title = document.data.get("title")
        return title if isinstance(title, str) and title else self.stem(target.document)

    def stem(self, at: int) -> str:
        """The name of a document's file, as a name of a definition."""
        name = posixpath.basename(normal_path(self.documents[at].file)).partition(".")[0]
        return pascal(words(name)) or "Schema"


def _nodes(value: Any, steps: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Map]]:
    """The mappings in a value, each with the steps to it."""
    if isinstance(value, Map):
        yield steps, value
        for key in value:
            yield from _nodes(value[key], (*steps, key))
    elif isinstance(value, Seq):
        for index, each in enumerate(value):
            yield from _nodes(each, (*steps, str(index)))


class Part:
    """A document that is made self-contained: the targets of its references, and their names.

    ``body`` is the path to the document in the schema that it becomes a part of.
    """

    def __init__(self, bundler: Bundler, at: int, body: tuple[str, ...]) -> None:
        self._bundler = bundler
        self._at = at
        self._body = body
        self._names: dict[Target, str] = {}
        data = bundler.documents[at].data
        for key in DEFINITION_KEYS:
            definitions = data.get(key)
            for name in definitions if isinstance(definitions, Map) else ():
                self._names[Target(at, (key, name))] = name

    def whole(self) -> tuple[Map, Map]:
        """The document and the definitions that it needs, including its own."""
        data = self._bundler.documents[self._at].data
        root = self._copy(data, self._at, leave=_OWN)
        definitions = Map(data.mark)
        done: set[Target] = set()
        while ahead := [target for target in self._names if target not in done]:
            for target in ahead:
                done.add(target)
                node = self._bundler.node(target)
                leave = frozenset() if target.steps else _OWN
                if isinstance(node, Map):
                    copy = self._copy(node, target.document, leave)
                    definitions.put(self._names[target], copy, (node.mark, node.mark))
        return root, definitions

    def _copy(self, node: Any, at: int, leave: frozenset[str] = frozenset()) -> Any:
        """``node`` of document ``at`` without the keys in ``leave``, its references renamed."""
        if isinstance(node, Seq):
            items = Seq(node.mark)
            items.extend(self._copy(item, at) for item in node)
            items.marks.extend(node.marks)
            return items
        if not isinstance(node, Map):
            return node
        copy = Map(node.mark)
        for key in node:
            if key == "$ref" and isinstance(node[key], str):
                copy.put(key, self._reference(node, at), node.marks[key])
            elif key not in leave:
                copy.put(key, self._copy(node[key], at), node.marks[key])
        return copy

    def _reference(self, node: Map, at: int) -> str:
        target = self._bundler.found(at, node)
        if target is None:
            return str(node["$ref"])
        if target.document == self._at and not {*target.steps[:1]} & {*DEFINITION_KEYS}:
            return pointer_to(*self._body, *target.steps)
        return pointer_to("definitions", self._name(target))

    def _name(self, target: Target) -> str:
        if target not in self._names:
            name, taken = self._bundler.called(target), {*self._names.values()}
            if name in taken:
                name = self._bundler.stem(target.document) + name[:1].upper() + name[1:]
            numbered = (f"{name}{number}" for number in count(2))
            self._names[target] = next(
                each for each in chain([name], numbered) if each not in taken
            )
        return self._names[target]


def normal_path(file: str) -> str:
    """A file's path with forward slashes, without ``.`` and ``..``."""
    return posixpath.normpath(file.replace("\\", "/"))
