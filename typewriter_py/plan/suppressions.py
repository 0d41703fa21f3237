"""Small changes of a plan's text: ignore a rule, stop ignoring it, drop a key, respell a name.

A finding of lint belongs to an event, property or definition, given by the location of its name.
This module finds the node, ``text_edit`` does the rest.  Text to text: no file is read or written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ..diagnostics import Span
from .document import Map, Seq
from .model import Json
from .text_edit import Change, edited
from .values import identity, plain
from .yaml_reader import read

_IGNORE: Final = "ignore"


@dataclass(frozen=True, slots=True)
class Silence:
    """Make the event, property or definition whose name is at ``span`` ignore ``word``."""

    span: Span
    word: str


@dataclass(frozen=True, slots=True)
class Unsilence:
    """Remove the word at ``span`` from its ``ignore:`` list."""

    span: Span


@dataclass(frozen=True, slots=True)
class Drop:
    """Remove ``key`` from the property or definition whose name is at ``span``, if its value is
    ``value``.

    ``within`` is the path from there to the node that has the key, such as ``("items",)``.
    """

    span: Span
    key: str
    value: Json
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Respell:
    """Write ``new`` for ``old``: the name of the event or trait whose name is at ``span``, or a
    permitted value of the property or definition.  A name that is mentioned elsewhere stays."""

    span: Span
    old: str
    new: str


Amendment: TypeAlias = Silence | Unsilence | Drop | Respell


@dataclass(frozen=True, slots=True)
class Amended:
    """The new text, and the amendments made; for the others there is no node."""

    text: str
    done: tuple[Amendment, ...] = ()


def amended(text: str, amendments: Iterable[Amendment]) -> Amended:
    """``text`` with the amendments made; everything else, comments and layout too, is unchanged.

    The result is read again: if it differs in anything but that, nothing is done.
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
    news = {each.old: each.new for each in done if isinstance(each, Respell)}
    if again.diagnostics or _without(again.data, dropped, news) != _without(root, dropped, news):
        return Amended(text)
    return Amended(fresh, done)


def _without(node: Any, keys: set[str], news: Mapping[str, str]) -> Any:
    """A node without ``keys`` and with the ``news`` for old strings, in a form that distinguishes
    true from 1."""
    if isinstance(node, Map):
        return {key: _without(node[key], keys, news) for key in node if key not in keys}
    if isinstance(node, Seq):
        return [_without(item, keys, news) for item in node]
    return identity(news.get(node, node) if isinstance(node, str) else node)


class _Drafts:
    """The mappings that change, before and after."""

    def __init__(self, root: Map) -> None:
        # By line and column, both from 1.
        self._named: dict[tuple[int, int], Map] = {}
        self._words: dict[tuple[int, int], tuple[Map, str]] = {}
        self._drafts: dict[int, tuple[Map, dict[str, Any]]] = {}
        self._strings: Counter[str] = Counter()
        for node in _nodes(root):
            self._note(node)
            within = node.values() if isinstance(node, Map) else node
            self._strings.update(each for each in within if isinstance(each, str))

    def _note(self, node: Map | Seq) -> None:
        """Remember the nodes whose names are in this one, and the words of an ``ignore:`` list."""
        if isinstance(node, Seq):
            if node.key == _IGNORE and isinstance(node.parent, Map):
                for mark, word in zip(node.marks, node, strict=True):
                    self._words[mark[1:3]] = node.parent, word
            return
        for key, value in node.items():
            key_mark, mark = node.marks[key]
            if isinstance(value, Map):
                self._named[key_mark[1:3]] = value
            elif key == "name" and isinstance(value, str):
                self._named[mark[1:3]] = node

    def take(self, wanted: Amendment) -> bool:
        """Make an amendment; False if there is no node for it."""
        location = wanted.span[1:3]
        if isinstance(wanted, Unsilence):
            owner, word = self._words.get(location, (None, ""))
            return owner is not None and self._unsilence(self._draft(owner), word)
        node: Any = self._named.get(location)
        if isinstance(wanted, Silence):
            if node is not None:
                self._silence(node, wanted.word)
            return node is not None
        if isinstance(wanted, Respell):
            return node is not None and self._respell(node, wanted.old, wanted.new)
        for step in wanted.within:
            node = node.get(step) if isinstance(node, Map) else None
        draft = self._draft(node) if isinstance(node, Map) else {}
        key = wanted.key
        if key not in draft or identity(draft[key]) != identity(wanted.value):
            return False
        del draft[key]
        return True

    def _respell(self, node: Map, old: str, new: str) -> bool:
        if node.get("name") == old:
            if self._strings[old] == 1:
                self._draft(node)["name"] = new
            return self._strings[old] == 1
        holder = node if isinstance(node.get("enum"), Seq) else node.get("items")
        if not isinstance(holder, Map) or old not in (holder.get("enum") or ()):
            return False
        draft = self._draft(holder)
        draft["enum"] = [new if each == old else each for each in draft["enum"]]
        if draft.get("default") == old:
            draft["default"] = new
        return True

    def changes(self) -> Iterator[Change]:
        """The changes of the mappings."""
        for node, draft in self._drafts.values():
            yield Change(node.path, plain(node), draft)

    def _draft(self, node: Map) -> dict[str, Any]:
        return self._drafts.setdefault(id(node), (node, dict(plain(node))))[1]

    def _silence(self, node: Map, word: str) -> None:
        draft = self._draft(node)
        listed = draft.get(_IGNORE)
        if isinstance(listed, list):
            draft[_IGNORE] = listed if word in listed else [*listed, word]
            return
        # After the name of an event, where readers look for it; elsewhere at the end.
        index = 1 + list(draft).index("name") if isinstance(draft.get("name"), str) else len(draft)
        entries = list(draft.items())
        entries.insert(index, (_IGNORE, [word]))
        self._drafts[id(node)] = node, dict(entries)

    @staticmethod
    def _unsilence(draft: dict[str, Any], word: str) -> bool:
        listed = draft.get(_IGNORE)
        if not isinstance(listed, list) or word not in listed:
            return False
        draft[_IGNORE] = [each for each in listed if each != word]
        if not draft[_IGNORE]:
            del draft[_IGNORE]
        return True


def _nodes(root: Map) -> Iterator[Map | Seq]:
    """The mappings and lists, each once, however many aliases lead to it."""
    ahead: list[Any] = [root]
    seen: set[int] = set()
    while ahead:
        node = ahead.pop()
        if isinstance(node, Map | Seq) and id(node) not in seen:
            seen.add(id(node))
            yield node
            ahead += node.values() if isinstance(node, Map) else node
