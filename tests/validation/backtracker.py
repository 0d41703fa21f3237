"""An engine that tries one way after the other and counts its steps: an independent measure of
what a pattern costs.  It reads what Python's own parser makes of a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from typewriter_client.rules.patterns import compiled, to_python

parser: Any = re._parser  # type: ignore[attr-defined]


class _TooMany(Exception):  # noqa: N818 - not an error
    pass


class Backtracker:
    """Searches a text for a pattern, as ``re.search`` does."""

    def __init__(self, pattern: str) -> None:
        self._tree = [*parser.parse(to_python(pattern), re.ASCII)]
        self._steps = self._most = 0

    def steps(self, text: str, most: int) -> int:
        """How many characters are compared until it is found or not, at most ``most``."""
        self._steps, self._most = 0, most
        try:
            for start in range(len(text) + 1):
                for _ in self._sequence(self._tree, text, start):
                    return self._steps
                if str(self._tree[:1]) == "[(AT, AT_BEGINNING)]":
                    break
        except _TooMany:
            pass
        return self._steps

    def _sequence(self, items: list[Any], text: str, at: int) -> Iterator[int]:
        if not items:
            yield at
            return
        # Explicit, so that long texts need no deep recursion.
        stack = [self._item(items[0], text, at)]
        while stack:
            here = next(stack[-1], None)
            if here is None:
                stack.pop()
            elif len(stack) == len(items):
                yield here
            else:
                stack.append(self._item(items[len(stack)], text, here))

    def _item(self, item: Any, text: str, at: int) -> Iterator[int]:
        name, value = str(item[0]), item[1]
        match name:
            case "SUBPATTERN":
                yield from self._sequence([*value[-1]], text, at)
            case "BRANCH":
                for each in value[1]:
                    yield from self._sequence([*each], text, at)
            case "MAX_REPEAT" | "MIN_REPEAT":
                yield from self._repeated([*value[2]], value[0], value[1], name, text, at)
            case "AT" | "ASSERT_NOT":
                rest = _EMPTY[str(value) if name == "AT" else "AT_NON_BOUNDARY"]
                if compiled(rest).match(text, at):
                    yield at
            case _:
                self._steps += 1
                if self._steps > self._most:
                    raise _TooMany
                if at < len(text) and _fits(name, value, text[at]):
                    yield at + 1

    def _repeated(
        self, body: list[Any], least: int, most: int, name: str, text: str, at: int
    ) -> Iterator[int]:
        greedy = name == "MAX_REPEAT"
        stack: list[tuple[int, Iterator[int]]] = []

        def opened(here: int) -> Iterator[int]:
            count = len(stack)
            return self._sequence(body, text, here) if count < most else iter(())

        if not greedy and least == 0:
            yield at
        stack.append((at, opened(at)))
        while stack:
            start, ways = stack[-1]
            here = next(ways, None)
            if here is None:
                stack.pop()
                if greedy and len(stack) >= least:
                    yield start
            elif here > start or len(stack) < least:
                if not greedy and len(stack) >= least:
                    yield here
                stack.append((here, opened(here)))


_EMPTY = {
    "AT_BEGINNING": "^",
    "AT_END_STRING": "$",
    "AT_BOUNDARY": r"\b",
    "AT_NON_BOUNDARY": r"\B",
}
_CLASSES: dict[str, Callable[[str], object]] = {
    f"CATEGORY_{'NOT_' * (letter.isupper())}{word}": compiled(f"\\{letter}").match
    for letter, word in zip("dDwW", ("DIGIT", "DIGIT", "WORD", "WORD"), strict=True)
}


def _fits(name: str, value: Any, character: str) -> bool:
    match name:
        case "LITERAL":
            return bool(ord(character) == value)
        case "NOT_LITERAL":
            return bool(ord(character) != value)
        case "RANGE":
            return bool(value[0] <= ord(character) <= value[1])
        case "CATEGORY":
            return _CLASSES[str(value)](character) is not None
        case "IN":
            negated = str(value[0][0]) == "NEGATE"
            members = value[1:] if negated else value
            return negated != any(_fits(str(n), v, character) for n, v in members)
        case "ANY":
            return character != "\n"
    raise NotImplementedError(name)
