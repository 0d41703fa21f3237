"""JSON Schemas of several files as documents that stand alone: references become definitions.

A reference is resolved against its file's path, or its ``$id``
(https://json-schema.org/draft-07/json-schema-core#rfc.section.8).  Nothing is fetched.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urljoin

from ...diagnostics import Diagnostic
from ...names import pascal, words
from ...plan.document import Document, Map, Seq
from .. import codes
from ..definitions import HOMES
from ..nodes import maps_in, node_at, pointer_to, steps_of

_OWN: Final = frozenset({"$schema", "$id", "id", *HOMES})
"""Keys of a document that mean nothing once it is a part of another."""


class Target(NamedTuple):
    """Where a reference leads: the index of a document, and the steps of a JSON pointer."""

    document: int
    steps: tuple[str, ...]


class Bundler:
    """Knows all files; makes one of them stand alone."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._documents = documents
        self._paths = {_path(each.file): at for at, each in enumerate(documents)}
        self._ids = {
            str(each.data["$id"]).partition("#")[0]: at
            for at, each in enumerate(documents)
            if isinstance(each.data.get("$id"), str)
        }
        self._told: set[int] = set()

    def referred(self, but: frozenset[int] = frozenset()) -> set[int]:
        """The documents that others refer to, those in ``but`` not heard."""
        found = set()
        for at, document in enumerate(self._documents):
            if at not in but:
                targets = (
                    self._target(at, node)
                    for node in maps_in(document.data)
                    if isinstance(node.get("$ref"), str)
                )
                found |= {target.document for target in targets if target} - {at}
        return found

    def alone(self, at: int, body: tuple[str, ...]) -> tuple[Map, Map]:
        """Document ``at`` and the definitions that it needs, its own ones included.

        ``body`` is where the document will stand in the schema that it becomes a part of.
        """
        return _Part(self, at, body).whole()

    # --- references ----------------------------------------------------------------------

    def _target(self, at: int, node: Map) -> Target | None:
        ref = node["$ref"]
        place, _, fragment = ref.partition("#")
        if fragment and not fragment.startswith("/"):
            return None
        document = at if not place else self._document(at, place)
        if document is None:
            return None
        return Target(document, steps_of(fragment))

    def _document(self, at: int, place: str) -> int | None:
        here = self._documents[at]
        path = posixpath.join(posixpath.dirname(_path(here.file)), unquote(place))
        found = self._paths.get(posixpath.normpath(path))
        if found is None:
            base = here.data.get("$id")
            whole = urljoin(base, place) if isinstance(base, str) else place
            found = self._ids.get(whole, self._ids.get(place))
        return found

    def node(self, target: Target) -> Any:
        """What stands there; None for nothing."""
        return node_at(self._documents[target.document].data, target.steps)

    def found(self, at: int, node: Map) -> Target | None:
        """The target of ``node``'s reference, or None and (once) a diagnostic."""
        target = self._target(at, node)
        if target is not None and isinstance(self.node(target), Map | bool):
            return target
        if id(node) not in self._told:
            self._told.add(id(node))
            message = f"`{node['$ref']}` leads to nothing in these files"
            help = "check the path; schemas are not fetched: import the folder that has them all"
            place = node.value_span("$ref")
            self.diagnostics.append(codes.UNRESOLVED_REF.at(place, message, help=help))
        return None

    def called(self, target: Target) -> str:
        """A name for a definition made of what stands at ``target``."""
        steps = [step for step in target.steps if step not in (*HOMES, "properties", "items")]
        if steps:
            return steps[-1]
        document = self._documents[target.document]
        title = document.data.get("title")
        return title if isinstance(title, str) and title else self.stem(target.document)

    def stem(self, at: int) -> str:
        """The name of a document's file, as a definition would be called."""
        name = posixpath.basename(_path(self._documents[at].file)).partition(".")[0]
        return pascal(words(name)) or "Schema"

    def data(self, at: int) -> Map:
        """The whole of a document."""
        found: Map = self._documents[at].data
        return found


class _Part:
    """One document that is made to stand alone: what it refers to, by the names it gets."""

    def __init__(self, bundler: Bundler, at: int, body: tuple[str, ...]) -> None:
        self._bundler = bundler
        self._at = at
        self._body = body
        self._names: dict[Target, str] = {}
        data = bundler.data(at)
        for home in HOMES:
            for name in _mapping(data.get(home)):
                self._names[Target(at, (home, name))] = name

    def whole(self) -> tuple[Map, Map]:
        data = self._bundler.data(self._at)
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
        """``node`` of document ``at``, its references leading where they will lead."""
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
        if target.document == self._at and not {*target.steps[:1]} & {*HOMES}:
            return pointer_to(*self._body, *target.steps)
        return pointer_to("definitions", self._name(target))

    def _name(self, target: Target) -> str:
        if target not in self._names:
            name, taken = self._bundler.called(target), {*self._names.values()}
            if name in taken:
                name = self._bundler.stem(target.document) + name[:1].upper() + name[1:]
            number = 2
            plain = name
            while name in taken:
                name, number = f"{plain}{number}", number + 1
            self._names[target] = name
        return self._names[target]


def _path(file: str) -> str:
    return posixpath.normpath(file.replace("\\", "/"))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Map) else {}
