"""A regular expression as an automaton, to find out how an engine that backtracks goes through it.

There is a state for each set of characters in the pattern (Glushkov's construction).  Transitions
count the ways from one to the next: two ways mean that work is done twice.  Anchors and ``\\b``
are passed as if they always held, which can only make the paths more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias, overload

from ..values import compiled

_MOST: Final = 128
"""States of an automaton."""

_MOST_OF_ONE: Final = 40
"""States of one repetition that is written out."""

Ways: TypeAlias = "dict[int, int]"
"""States, and in how many ways each is reached."""

_MOST_WAYS: Final = 10**9
"""Ways that are counted."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """Which states follow which, and the characters of each.

    ``sets`` are the patterns of their characters; ``labels`` the same as bits, indexes into
    ``alphabet``, whose characters stand for all that the pattern does not distinguish.  From those
    in ``ends`` the pattern can end at once: who gets there has found it.  ``anchored``: it is only
    found at the start of a text.
    """

    alphabet: str
    sets: tuple[str, ...]
    labels: tuple[int, ...]
    follow: tuple[Ways, ...]
    first: Ways
    ends: frozenset[int]
    anchored: bool
    matches_empty: bool


@overload
def automaton(pattern: str, *, loose: Literal[True]) -> Automaton: ...


@overload
def automaton(pattern: str) -> Automaton | None: ...


def automaton(pattern: str, *, loose: bool = False) -> Automaton | None:
    """The automaton of a valid pattern.

    Numbers of repetitions are written out as so many copies; None if that is too much.  With
    ``loose`` they count as any number of repetitions.
    """
    node = _parsed(pattern)
    if not loose and _size(node) > _MOST:
        return None
    builder = _Builder(loose)
    part = builder.part(node)
    alphabet, labels = _labels(builder.sets, pattern)
    return Automaton(
        alphabet,
        tuple(builder.sets),
        labels,
        tuple(builder.follow),
        part.first,
        part.ends,
        _is_anchored(node),
        part.is_free,
    )


# --- the syntax tree ----------------------------------------------------------------------------


class _Set(NamedTuple):
    text: str


class _Anchor(NamedTuple):
    text: str


class _Sequence(NamedTuple):
    parts: tuple[_Node, ...]


class _Choice(NamedTuple):
    parts: tuple[_Node, ...]


class _Repeat(NamedTuple):
    part: _Node
    least: int
    most: int | None


_Node: TypeAlias = "_Set | _Anchor | _Sequence | _Choice | _Repeat"

_TOKEN: Final = re.compile(
    r"\\x[0-9a-fA-F]{2}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?:"
    r"|(?P<sign>[*+?])\??|\{(?P<least>\d+)(?P<more>,(?P<most>\d*))?\}\??|.",
    re.DOTALL,
)
_SIGNS: Final = {"*": (0, None), "+": (1, None), "?": (0, 1)}


def _parsed(pattern: str) -> _Node:
    around: list[list[list[_Node]]] = []
    choices: list[list[_Node]] = [[]]
    for token in _TOKEN.finditer(pattern):
        match token[0]:
            case "(" | "(?:":
                around.append(choices)
                choices = [[]]
            case ")":
                group = _choice(choices)
                choices = around.pop()
                choices[-1].append(group)
            case "|":
                choices.append([])
            case "^" | "$" | r"\b" | r"\B":
                choices[-1].append(_Anchor(token[0]))
            case text if token["sign"] or token["least"]:
                least, most = _SIGNS.get(token["sign"], (0, None))
                if token["least"]:
                    least = int(token["least"])
                    most = int(token["most"] or -1) if token["more"] else least
                repeated = choices[-1].pop()
                unlimited = most is None or most < 0
                choices[-1].append(_Repeat(repeated, least, None if unlimited else most))
            case text:
                choices[-1].append(_Set(text))
    return _choice(choices)


def _choice(choices: list[list[_Node]]) -> _Node:
    parts = tuple(each[0] if len(each) == 1 else _Sequence(tuple(each)) for each in choices)
    return parts[0] if len(parts) == 1 else _Choice(parts)


def _size(node: _Node) -> int:
    match node:
        case _Set():
            return 1
        case _Anchor():
            return 0
        case _Repeat(part, least, most):
            copies = _copies(part, least, most)
            return _size(part) * max(1, len(copies) if copies else 1)
        case _Sequence(parts) | _Choice(parts):
            return sum(map(_size, parts))


def _copies(part: _Node, least: int, most: int | None) -> tuple[bool, ...] | None:
    """For each copy of what is repeated whether it may be left out; None if that is too many."""
    count = least if most is None else most
    if count < 2 or _size(part) * count > _MOST_OF_ONE:
        return None
    return (False,) * least + (True,) * (count - least)


def _is_anchored(node: _Node) -> bool:
    match node:
        case _Anchor(text):
            return text == "^"
        case _Choice(parts):
            return all(map(_is_anchored, parts))
        case _Sequence(parts):
            first = next(
                (part for part in parts if not isinstance(part, _Anchor) or part.text == "^"), None
            )
            return first is not None and _is_anchored(first)
        case _Repeat(part, least, _):
            return least > 0 and _is_anchored(part)
        case _:
            return False


# --- the automaton ------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A part of the pattern, seen from outside.

    ``empty`` counts the ways through it without a character, ``is_free`` says whether one of
    them has no condition; ``ends`` are the states after which it can end without one.
    """

    empty: int
    is_free: bool
    first: Ways
    last: Ways
    ends: frozenset[int]


_NOTHING: Final = _Part(1, True, {}, {}, frozenset())


def _sum(one: Ways, other: Ways, times: int = 1) -> Ways:
    if not times:
        return one
    both = defaultdict(int, one)
    for state, ways in other.items():
        both[state] = min(_MOST_WAYS, both[state] + ways * times)
    return dict(both)


@dataclass(slots=True)
class _Builder:
    loose: bool
    sets: list[str] = field(default_factory=list)
    follow: list[Ways] = field(default_factory=list)

    def part(self, node: _Node) -> _Part:
        match node:
            case _Set(text):
                state = len(self.sets)
                self.sets.append(text)
                self.follow.append({})
                return _Part(0, False, {state: 1}, {state: 1}, frozenset([state]))
            case _Anchor():
                return _NOTHING._replace(is_free=False)
            case _Sequence(parts):
                whole = _NOTHING
                for each in parts:
                    whole = self._joined(whole, self.part(each))
                return whole
            case _Choice(parts):
                first, *others = map(self.part, parts)
                for other in others:
                    first = _either(first, other)
                return first
            case _Repeat(part, least, most):
                return self._repeated(part, least, most)

    def _repeated(self, node: _Node, least: int, most: int | None) -> _Part:
        copies = None if self.loose else _copies(node, least, most)
        if copies is None:
            part = self.part(node)
            if most is None or most > 1:
                counted = least > 1 or most is not None
                part = self._looped(part, skips=part.empty if counted else 0)
            return part if least else _either(part, _NOTHING)
        whole = _NOTHING
        for number, optional in enumerate(reversed(copies)):
            part = self.part(node)
            if most is None and not number:
                part = self._looped(part)
            whole = self._joined(part, whole)
            if optional:
                whole = _either(whole, _NOTHING)
        return whole

    def _joined(self, one: _Part, other: _Part) -> _Part:
        for state, ways in one.last.items():
            self.follow[state] = _sum(self.follow[state], other.first, ways)
        return _Part(
            min(_MOST_WAYS, one.empty * other.empty),
            one.is_free and other.is_free,
            _sum(one.first, other.first, one.empty),
            _sum(other.last, one.last, other.empty),
            other.ends | one.ends if other.is_free else other.ends,
        )

    def _looped(self, part: _Part, skips: int = 0) -> _Part:
        """``skips``: the ways to go through an iteration, which counts, without a character."""
        for state, ways in part.last.items():
            self.follow[state] = _sum(self.follow[state], part.first, ways * (1 + skips))
        # Python also leaves the loop by way of an iteration that is empty.
        return part._replace(last=_sum(part.last, part.last, part.empty))


def _either(one: _Part, other: _Part) -> _Part:
    return _Part(
        min(_MOST_WAYS, one.empty + other.empty),
        one.is_free or other.is_free,
        _sum(one.first, other.first),
        _sum(one.last, other.last),
        one.ends | other.ends,
    )


# --- characters ---------------------------------------------------------------------------------

_LIKED: Final = "a1 !-_.@,:;/xb0Aé\n"
"""Characters that are shown before others."""

_EDGES: Final = (
    "09AZaz_\t\r\n \xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\0\U0010ffff"
)
"""First and last characters of the sets that have names."""


def _labels(sets: list[str], pattern: str) -> tuple[str, tuple[int, ...]]:
    """Characters that stand for all that the sets do not distinguish, and those of each set."""
    escaped = (chr(int(code, 16)) for code in re.findall(r"\\x([0-9a-fA-F]{2})", pattern))
    edges = {ord(each) for each in (*_EDGES, *pattern, *escaped)}
    near = {code + step for code in edges for step in (-1, 0, 1)}
    shown = (code for code in sorted(near) if 0 <= code <= 0x10FFFF and code >> 11 != 0x1B)
    candidates = [*_LIKED, *map(chr, shown)]
    known = {text: compiled(text).fullmatch for text in dict.fromkeys(sets)}
    found: dict[tuple[bool, ...], str] = {}
    for character in candidates:
        signature = tuple(fits(character) is not None for fits in known.values())
        found.setdefault(signature, character)
    masks = {
        text: sum(1 << bit for bit, signature in enumerate(found) if signature[index])
        for index, text in enumerate(known)
    }
    return "".join(found.values()), tuple(masks[text] for text in sets)
