"""Small changes of a plan's text by place: rules silenced and no longer silenced, keys dropped.

What lint finds it names by line and column; here that becomes a path, and ``edit`` does the
rest.  Text to text: nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..diagnostics import Span
from .document import Map, Seq
from .model import Json
from .text_edit import Change, Trail, edited
from .values import identity, plain
from .yaml_reader import read

_IGNORE: Final = "ignore"


@dataclass(frozen=True, slots=True)
class Silence:
    """The event or property at ``span`` (its name) is to ignore ``word``."""

    span: Span
    word: str


@dataclass(frozen=True, slots=True)
class Unsilence:
    """The word at ``span`` is to go from its ``ignore:`` list."""

    span: Span


@dataclass(frozen=True, slots=True)
class Drop:
    """The property or definition at ``span`` is to lose ``key``, if that holds ``value``.

    ``within`` leads from there to what has the key: ``("items",)``.
    """

    span: Span
    key: str
    value: Json
    within: tuple[str, ...] = ()


Amendment: TypeAlias = Silence | Unsilence | Drop


@dataclass(frozen=True, slots=True)
class Amended:
    """The new text, and the amendments that were made; the others found no place."""

    text: str
    done: tuple[Amendment, ...] = ()


def amended(text: str, amendments: Iterable[Amendment]) -> Amended:
    """``text`` with the amendments made; all else, comments and layout too, stays as it is.

    The result is read again: if it should say anything else than was meant, nothing is done.
    """
    body = text.removeprefix("\ufeff").replace("\r\n", "\n")
    root = read("", body).data
    if not isinstance(root, Map):
        return Amended(text)
    drafts = _Drafts(root)
    done = tuple(each for each in amendments if drafts.take(each))
    try:
        fresh = edited(text, [*drafts.changes()])
    except ValueError:
        return Amended(text)
    again = read("", fresh.removeprefix("\ufeff").replace("\r\n", "\n"))
    dropped = {each.key for each in done if isinstance(each, Drop)} | {_IGNORE}
    if again.diagnostics or _without(again.data, dropped) != _without(root, dropped):
        return Amended(text)
    return Amended(fresh, done)


def _without(node: Any, keys: set[str]) -> Any:
    """What a node says beside ``keys``, in a form that tells true from 1."""
    if isinstance(node, Map):
        return {key: _without(node[key], keys) for key in node if key not in keys}
    if isinstance(node, Seq):
        return [_without(item, keys) for item in node]
    return identity(node)


class _Drafts:
    """The mappings that change, as they were and as they are to be."""

    def __init__(self, root: Map) -> None:
        self._root = root
        self._paths: dict[int, Trail] = {}
        self._places = dict(_places(root, (), self._paths))
        self._drafts: dict[Trail, dict[str, Any]] = {}

    def take(self, wanted: Amendment) -> bool:
        """Whether the amendment has a place, and is noted."""
        path = self._places.get((wanted.span.line, wanted.span.column))
        if path is None:
            return False
        match wanted:
            case Silence(_, word):
                draft = self._draft(path)
                return draft is not None and self._silence(path, draft, word)
            case Drop(_, key, value, within):
                inner = self._inside(path, within)
                draft = None if inner is None else self._draft(inner)
                if draft is None or key not in draft or identity(draft[key]) != identity(value):
                    return False
                del draft[key]
                return True
            case Unsilence():
                draft = self._draft(path[:-2])
                return path[-2:-1] == (_IGNORE,) and draft is not None and self._unsilence(
                    draft, str(self._at(path))
                )  # fmt: skip

    def changes(self) -> Iterator[Change]:
        """What has become of the mappings."""
        for path, draft in self._drafts.items():
            yield Change(path, plain(self._at(path)), draft)

    def _at(self, path: Trail) -> Any:
        node: Any = self._root
        for step in path:
            node = node[step]
        return node

    def _inside(self, path: Trail, steps: tuple[str, ...]) -> Trail | None:
        """Where the steps lead, if they are there; what an alias stands for, to its anchor."""
        for step in steps:
            node = self._at(path)
            if not isinstance(node, Map) or step not in node:
                return None
            path = self._paths.get(id(node[step]), (*path, step))
        return path

    def _draft(self, path: Trail) -> dict[str, Any] | None:
        if path not in self._drafts:
            node = self._at(path)
            if not isinstance(node, Map):
                return None
            self._drafts[path] = dict(plain(node))
        return self._drafts[path]

    def _silence(self, path: Trail, draft: dict[str, Any], word: str) -> bool:
        listed = draft.get(_IGNORE)
        if isinstance(listed, list):
            draft[_IGNORE] = listed if word in listed else [*listed, word]
            return True
        # Behind the name of an event, where one looks for it; elsewhere at the end.
        entries = list(draft.items())
        place = 1 + list(draft).index("name") if isinstance(draft.get("name"), str) else len(draft)
        self._drafts[path] = dict([*entries[:place], (_IGNORE, [word]), *entries[place:]])
        return True

    def _unsilence(self, draft: dict[str, Any], word: str) -> bool:
        listed = draft.get(_IGNORE)
        if not isinstance(listed, list) or word not in listed:
            return False
        draft[_IGNORE] = [each for each in listed if each != word]
        if not draft[_IGNORE]:
            del draft[_IGNORE]
        return True


def _places(node: Any, path: Trail, seen: dict[int, Trail]) -> Iterator[tuple[_Place, Trail]]:
    """Where the text has what: keys, the names of events and listed traits, items of lists.

    What an alias stands for is where its anchor is, which comes first in the text: a change
    there is one for all.
    """
    if not isinstance(node, Map | Seq) or id(node) in seen:
        return
    seen[id(node)] = path
    if isinstance(node, Seq):
        for index, item in enumerate(node):
            if isinstance(item, str):
                yield _at(node.marks[index]), (*path, index)
            yield from _places(item, (*path, index), seen)
        return
    for key, value in node.items():
        key_mark, mark = node.marks[key]
        if isinstance(value, Map):
            yield _at(key_mark), seen.get(id(value), (*path, key))
        elif key == "name" and isinstance(value, str):
            yield _at(mark), path
        yield from _places(value, (*path, key), seen)


_Place: TypeAlias = tuple[int, int]
"""A line and a column, both from 1."""


def _at(mark: tuple[str, int, int, int]) -> _Place:
    return mark[1], mark[2]
