"""What changed from one schema to another, applied to a third that says the same as the first.

The third is Segment's own: parts that a plan cannot hold stay in it exactly where they are, and
so does the way in which everything is spelled that did not change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from ..plan.conjunction import TYPE_OF
from ..plan.text_edit import NOTHING, same
from .describe import Path

_ALIASES: Final = {"anyOf": "oneOf", "definitions": "$defs"}
"""Keywords that an import may have replaced, and by which others."""

_TYPE_OF: Final = {
    **TYPE_OF,
    **dict.fromkeys(("contains", "additionalItems"), "array"),
    **dict.fromkeys(("patternProperties", "propertyNames", "dependencies"), "object"),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), "string"),
}
"""The type that each keyword is about; values of other types pass it."""


@dataclass(slots=True)
class Patch:
    """The change from a schema to another, for a third.

    ``parts`` are those parts of the third that no plan can hold, by their paths.  Nodes of which
    the third has another spelling are given by their paths in the new schema: the ``whole`` are
    taken from there, with the parts; the ``bare`` lose the parts right in them.  ``gone`` are the
    paths of the nodes that were removed or replaced.
    """

    parts: Mapping[Path, Any] = field(default_factory=dict)
    whole: Collection[Path] = ()
    bare: Collection[Path] = ()
    gone: list[Path] = field(default_factory=list)
    _above: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        given = (*self.whole, *self.bare)
        self._above = {path[:length] for path in given for length in range(len(path) + 1)}

    def apply(self, raw: Any, base: Any, new: Any, at: Path = (), to: Path = ()) -> Any:
        """``raw``, which says what ``base`` does, with the change from ``base`` to ``new``.

        ``at`` is its path in the schema as it is in Segment, ``to`` that in the new one.
        """
        if to in self.whole:
            return self._rebuilt(base, new, at, to)
        if same(base, new) and to not in self._above:
            return raw
        if base is NOTHING and isinstance(new, Mapping):
            base = {}
        if all(isinstance(each, Mapping) for each in (raw, base, new)):
            return self._mapping(raw, base, new, at, to)
        if at and at[-1] == "type" and all(map(_is_type, (raw, base, new))):
            if len(_types(raw)) == len(_types(base)):  # the same types, perhaps by other names
                return new
            types = _without(_types(raw), _types(base), _types(new))
            return types[0] if len(types) == 1 and isinstance(raw, str) else types
        if all(isinstance(each, list) for each in (raw, base, new)):
            return self._list(raw, base, new, at, to)
        self.gone.append(at)
        return new

    def _mapping(
        self, raw: Mapping[str, Any], base: Mapping[str, Any], new: Mapping[str, Any],
        at: Path, to: Path,
    ) -> dict[str, Any]:  # fmt: skip
        done = dict(raw)
        for key in {**base, **new}:
            own = _own(key, raw, base)
            before, after = base.get(key, NOTHING), new.get(key, NOTHING)
            if to in self.bare and isinstance(after, list) and own in raw:
                items = [path for path in self.parts if path[:-1] == (*at, own)]
                self.gone += items
                done[own] = after if items else done[own]
            if same(before, after) and (*to, key) not in self._above:
                continue
            if after is NOTHING:
                if done.pop(own, NOTHING) is not NOTHING:
                    self.gone.append((*at, own))
            elif own in raw:
                done[own] = self.apply(raw[own], before, after, (*at, own), (*to, key))
            else:
                done[key] = after
        for key in raw:
            lost = to in self.bare or _is_obsolete(key, base, new)
            if lost and (*at, key) in self.parts and key in done:
                self.gone.append((*at, key))
                del done[key]
        return done

    def _rebuilt(self, base: Any, new: Any, at: Path, to: Path) -> Any:
        """``new``, with the parts that were at the same paths."""
        done = deepcopy(new)
        for path, value in self.parts.items():
            inner = path[len(at) :]
            if path[: len(at)] != at:
                continue
            node, old, where = done, base, to
            for step in inner[:-1]:
                node, old, where = _at(node, step), _at(old, step), (*where, step)
            key = inner[-1] if inner else None
            fits = isinstance(node, dict) and isinstance(key, str) and key not in node
            old = old if isinstance(old, Mapping) else {}
            if fits and where not in self.bare and not _is_obsolete(str(key), old, node):
                node[key] = value
            else:
                self.gone.append(path)
        return done

    def _list(
        self, raw: list[Any], base: list[Any], new: list[Any], at: Path, to: Path
    ) -> list[Any]:
        if not any(isinstance(each, Mapping | list) for each in (*raw, *base, *new)):
            ordered = same(raw, base) and to[-1:] != ("required",)
            return list(new) if ordered else _without(raw, base, new)
        if len(raw) != len(base):
            self.gone.append(at)
            return new
        done: list[Any] = []
        old_texts, new_texts = ([repr(each) for each in items] for items in (base, new))
        pairs = SequenceMatcher(None, old_texts, new_texts, autojunk=False)
        for _, i, i2, j, j2 in pairs.get_opcodes():
            both = min(i2 - i, j2 - j)
            done += (
                self.apply(raw[i + n], base[i + n], new[j + n], (*at, i + n), (*to, j + n))
                for n in range(both)
            )
            self.gone += ((*at, index) for index in range(i + both, i2))
            done += new[j + both : j2]
        return done


def _at(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    is_item = isinstance(node, list) and isinstance(step, int) and step < len(node)
    return node[step] if is_item else None


def _own(key: str, raw: Mapping[str, Any], base: Mapping[str, Any]) -> str:
    """What ``raw`` has for ``key`` of ``base``."""
    other = _ALIASES.get(key, key)
    return other if key not in raw and other in raw and other not in base else key


def _without(raw: list[Any], base: list[Any], new: list[Any]) -> list[Any]:
    """``raw`` without what ``new`` has no more, and with what it has in addition."""
    kept = [each for each in raw if _in(each, new) or not _in(each, base)]
    return kept + [each for each in new if not _in(each, raw)]


def _in(value: Any, items: list[Any]) -> bool:
    return any(same(value, each) for each in items)


def _is_type(value: Any) -> bool:
    return all(isinstance(each, str) for each in (value if isinstance(value, list) else [value]))


def _types(value: Any) -> list[str]:
    """The names of types under ``type``, which has one or a list."""
    return value if isinstance(value, list) else [value]


def _is_obsolete(key: str, base: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the change takes the meaning from a keyword: its type has gone, or draft-07
    ignores it next to a reference."""
    if "$ref" in new and "$ref" not in base:
        return True
    type_ = _TYPE_OF.get(key)
    return type_ is not None and _may_be(type_, base) and not _may_be(type_, new)


def _may_be(type_: str, schema: Mapping[str, Any]) -> bool:
    types = schema.get("type")
    if types is None or not _is_type(types):
        return True
    return type_ in {"number" if each == "integer" else each for each in _types(types)}
