"""Slips of the keyboard that YAML reads as something else: `type:string` is one word.

A line is looked at only after something in it has turned out to be wrong, so what is found here
is the likely cause, not proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from ...util import shortened
from ..metaschema import schema
from .meant import listed, quoted, separated


class Slip(NamedTuple):
    """What is wrong with ``length`` characters of a line from ``start`` (an index), and how to
    mend it.

    ``text`` is what to write instead, None if that is not certain; ``at`` is the index of the
    mistake itself, if it is not the first of them.
    """

    start: int
    length: int
    message: str
    help: str
    text: str | None = None
    at: int | None = None


class Failure(NamedTuple):
    """Where the parser gave up, and where what it was reading began: lines and columns from 0."""

    lines: list[str]
    problem: str
    line: int
    column: int
    opened: tuple[int, int]

    @property
    def shown(self) -> str:
        """The line itself."""
        return self.lines[self.line]

    @property
    def rest(self) -> str:
        """The line from the column on."""
        return self.shown[self.column :]

    def above(self, line: int) -> int | None:
        """The nearest line above that has more than a comment."""
        numbers = range(line - 1, -1, -1)
        return next((n for n in numbers if self.lines[n].lstrip()[:1] not in ("", "#")), None)


Found = tuple[int, Slip]
"""A line, from 0, and what is wrong in it."""


class Entry(NamedTuple):
    """``key: value`` on a line: the indexes of both, and their text without a comment."""

    at: int
    key: str
    start: int
    value: str


def entry_of(line: str) -> Entry | None:
    """The ``key: value`` that a line of block style has; None if it has none."""
    found = _ENTRY.match(line)
    if not found:
        return None
    value = without_comment(line)[found.end() :].rstrip()
    return Entry(found.start("key"), found["key"].strip("\"'"), found.end(), value)


_ENTRY: Final = re.compile(
    r"\s*(?:-\s+)*(?P<key>\"[^\"]*\"|'[^']*'|[^\s\"'#{\[][^:#{\[]*?)\s*:(?:\s+|$)"
)


def without_comment(line: str) -> str:
    """The line up to its comment."""
    found = re.search(r"(^|\s)#", bare(line))
    return line[: found.start()] if found else line


def bare(line: str) -> str:
    """The line with the contents of quoted strings blanked out, at the same length."""
    return _QUOTED.sub(lambda quoted: quoted[1] + _BLANK * len(quoted[2]) + quoted[3], line)


_BLANK: Final = "\x00"
_QUOTED: Final = re.compile(
    r"""((?:^|(?<=[\s\[{,:]))["'])((?<=")(?:[^"\\]|\\.)*|(?<=')(?:[^']|'')*)(["'])"""
)


@cache
def keys(kind: str | None = None) -> frozenset[str]:
    """The keys of the plan language; those whose values may be of one ``kind``, if it is given."""
    found: set[str] = set()
    ahead: list[Any] = [schema(), *schema()["definitions"].values()]
    while ahead:
        part = ahead.pop()
        for name, node in part.get("properties", {}).items():
            ahead.append(node)
            types = node.get("type", ())
            if kind is None or kind in ([types] if isinstance(types, str) else types):
                found.add(name)
    return frozenset(found)


MAX_LINE: Final = 500
"""Characters of a line that somebody has typed; longer ones are not looked at."""


def in_line(line: str) -> Slip | None:
    """The first slip that a line has; None if none is recognised."""
    if len(line) > MAX_LINE:
        return None
    plain = bare(line)
    for look in _LOOKS:
        for slip in look(line, plain):
            return slip
    return None


def _conflict(line: str, plain: str) -> Iterator[Slip]:
    found = re.match(r"\s*(<{7}|\|{7}|={7}|>{7})(?!\S)", line)
    if found:
        help = "keep one of the two versions, and remove the lines `<<<<<<<`, `=======`, `>>>>>>>`"
        message = f"`{found[1]}` is left over from a merge conflict"
        yield Slip(found.start(1), 7, message, help)


def odd_indentation(line: str) -> bool:
    """Whether a line begins with a space that is not one to YAML, so that it is not indented."""
    return re.match(rf" *[{_ODD}]", line) is not None


def _tab(line: str, plain: str) -> Iterator[Slip]:
    tab = line[: len(line) - len(line.lstrip())].find("\t")
    if tab >= 0:
        yield Slip(tab, 1, "a tab in the indentation", "indent with spaces, not tabs")


def _odd_space(line: str, plain: str) -> Iterator[Slip]:
    found = re.search(rf"^\s*([{_ODD}])|[:,-]\s*([{_ODD}])|([{_ODD}])\s*(?::|$)", plain)
    if found:
        index = max(map(found.start, (1, 2, 3)))
        name = unicodedata.name(line[index], "an invisible character").lower()
        code = f"U+{ord(line[index]):04X}"
        if unicodedata.category(line[index]) == "Zs":
            message = f"a {name} ({code}) where YAML needs a plain space"
            yield Slip(index, 1, message, "replace it with a plain space", " ")
        else:
            message = f"a {name} ({code}), which is invisible"
            yield Slip(index, 1, message, "remove it", "")


_ODD: Final = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"


def _glued_colon(line: str, plain: str) -> Iterator[Slip]:
    for form in (_GLUED_IN_BLOCK, _GLUED_IN_FLOW):
        for found in form.finditer(plain):
            start, end = found.span("key")
            key = line[start:end].strip("\"'")
            if key not in keys() and not found["open"]:
                continue
            if form is _GLUED_IN_FLOW and not _in_mapping(plain, start):
                continue
            rest = line[found.end("key") + 1 :].strip()
            if form is _GLUED_IN_FLOW:
                rest = re.split(r"[,}\]]", rest)[0] if not found["open"] else f"{found['open']}…"
            help = f"write `{line[start:end]}: {shortened(rest, 40)}`"
            yield Slip(end, 1, f"no space after the `:` of `{key}`", help, ": ")


_GLUED_IN_BLOCK: Final = re.compile(
    r"^\s*(?:-\s+)*(?P<key>\"\x00*\"|'\x00*'|[\w$.-]+):(?P<open>[\[{\"'])?(?=\S|(?<=[\[{\"']))"
)
_GLUED_IN_FLOW: Final = re.compile(
    r"[{,]\s*(?P<key>[\w$.-]+):(?P<open>[\[{\"'])?(?=\S|(?<=[\[{\"']))"
)


def _in_mapping(plain: str, index: int) -> bool:
    """Whether the innermost bracket that is open before an index of a line is a ``{``."""
    opened: list[str] = []
    for sign in re.findall(r"[{}\[\]]", plain[:index]):
        if sign in "{[":
            opened.append(sign)
        elif opened:
            opened.pop()
    return opened[-1:] == ["{"]


def _bullet(line: str, plain: str) -> Iterator[Slip]:
    found = re.match(r"(\s*)([–—‒―−•·▪●◦]|[*+](?=\s))\s*(?=\S)", line)
    if found:
        name = _BULLETS.get(found[2], f" ({unicodedata.name(found[2]).lower()})")
        message = f"`{found[2]}`{name} does not begin an item of a list"
        example = shortened(line[found.end() :].strip(), 40)
        help = f"write a hyphen and a space: `- {example}`"
        yield Slip(found.start(2), found.end() - found.start(2), message, help, "- ")
    glued = re.match(r"\s*-(?=[^\W\d]|[\"'{\[$“])", line)
    if glued:
        help = f"write `- {shortened(line[glued.end() :].strip(), 40)}`"
        yield Slip(glued.end() - 1, 1, "no space after the `-`", help, "- ")


_BULLETS: Final = {"*": "", "+": "", "–": " (a dash)", "—": " (a dash)", "−": " (a minus sign)"}


def _equals(line: str, plain: str) -> Iterator[Slip]:
    for found in re.finditer(r"(?:^\s*(?:-\s+)*|[{,]\s*)([\w$]+)(\s*=\s*)", plain):
        if found[1] in keys() and (found.start() == 0 or _in_mapping(plain, found.start(1))):
            rest = re.split(r"[,}]", line[found.end() :])[0].strip()
            help = f"write `{found[1]}: {shortened(rest, 40)}`"
            message = f"a `=` after `{found[1]}`, where a `:` belongs"
            yield Slip(found.start(2), len(found[2]), message, help, ": ")


def _wide(line: str, plain: str) -> Iterator[Slip]:
    """Punctuation of Chinese and Japanese keyboards."""
    for found in re.finditer(r"([\w$]+)(：\s*)|(，\s*)(?=[\w$]+\s*[:：])", plain):
        wide, at = (found[2], found.start(2)) if found[2] else (found[3], found.start(3))
        if not found[1] or found[1] in keys() or re.match(r"[{\[]|$", plain[found.end() :]):
            sign = unicodedata.normalize("NFKC", wide[0])
            message = f"`{wide[0]}` is not the `{sign}` of YAML"
            help = f"write a plain `{sign}` and a space"
            yield Slip(at, len(wide), message, help, f"{sign} ")


def _comment(line: str, plain: str) -> Iterator[Slip]:
    found = re.match(r"\s*(//|/\*|--(?!-)|;|<!--)", line)
    if found:
        yield comment(line, found.start(1), found[1])


def comment(line: str, at: int, sign: str) -> Slip:
    """A comment as other languages write it, at an index of a line."""
    words = re.sub(r"\s*(\*/|-->)\s*$", "", line[at + len(sign) :]).strip()
    help = f"comments begin with `#`: `# {shortened(words, 40)}`"
    return Slip(at, len(sign), f"`{sign}` does not begin a comment in YAML", help, "#")


def _separator(line: str, plain: str) -> Iterator[Slip]:
    """In ``{…}``: a semicolon, or nothing, before the next key."""
    for found in re.finditer(r"[{,]\s*[\w$]+:\s[^,:{}\[\]]*?(\s*;\s*|\s+)([\w$]+):(?=\s)", plain):
        if found[2] in keys() and _in_mapping(plain, found.start(2)):
            message = f"no comma before `{found[2]}`"
            if found[1].strip():
                message = "a `;` does not separate the entries of `{…}`"
            yield Slip(found.start(1), len(found[1]), message, "write a comma", ", ")


def _hidden_value(line: str, plain: str) -> Iterator[Slip]:
    """A value that is a comment, for it begins with ``#``."""
    found = re.search(r"([\w$]+):\s+(#(?=\S)[^,}]*)", plain)
    if found and found[1] in keys("string") | keys("array") | {"$ref"}:
        value = line[found.start(2) :].rstrip()
        if found[1] == "$ref" or "{" in plain[: found.start(2)]:
            value = line[slice(*found.span(2))].rstrip()
        message = f"`{found[1]}` has no value: what follows `#` is a comment"
        text = quoted(value) if found[1] == "$ref" else None
        help = f"put it in quotes: {shortened(quoted(value))}"
        if found[1] in keys("array"):
            help = f"write a list, in quotes: {shortened(listed([value]))}"
        yield Slip(found.start(2), len(value), message, help, text)


def _no_value(line: str, plain: str) -> Iterator[Slip]:
    """In ``{…}``: a mere ``required``, where it has to be ``required: true``."""
    for found in re.finditer(r"(?<=[{,])\s*([\w$]+)(?=\s*[,}])", plain):
        if found[1] in keys("boolean") and _is_schema(plain[: found.start()]):
            message, help = f"`{found[1]}` has no value", f"write `{found[1]}: true`"
            yield Slip(found.start(1), len(found[1]), message, help, f"{found[1]}: true")


def _is_schema(before: str) -> bool:
    """Whether what comes before ends within a mapping of which a key is known."""
    found = re.search(r"\{\s*([\w$]+):[^{}\[\]]*$", before)
    return bool(found and found[1] in keys())


def _commas(line: str, plain: str) -> Iterator[Slip]:
    """In ``{…}``: a value with commas, which end it."""
    for found in _WITH_COMMAS.finditer(plain):
        key, start = found[1], found.start(2)
        value = line[start : found.end(2)].rstrip()
        if key not in keys() or key == "type" or key in keys("object"):
            continue
        if not _in_mapping(plain, found.start(1)):
            continue
        if key in keys("array"):
            text = listed(separated(value))
            message, help = f"`{key}` must be a list, not a string", f"write a list: {text}"
        elif key in keys("number") | keys("integer"):
            text = value.replace(",", "" if re.fullmatch(r"\d+(,\d{3})+", value) else ".")
            message, help = f"`{key}` must be a number, not `{value}`", f"write {text}"
        else:
            text = quoted(value)
            message, help = "a `,` ends a string that has no quotes", f"put it in quotes: {text}"
        yield Slip(start, len(value), message, help, text)


_WITH_COMMAS: Final = re.compile(
    r"[{,]\s*([\w$]+):\s+([^\s\"'\[\]{},&*!|>%@`#][^\[\]{},:]*(?:,[^\[\]{},:]*[^\[\]{},:\s][^\[\]{},:]*)+?)"
    r"(?=,\s*[\w$]+:|\s*\})"
)


_LOOKS: Final[tuple[Callable[[str, str], Iterator[Slip]], ...]] = (
    _conflict, _tab, _odd_space, _bullet, _glued_colon, _equals, _wide, _comment, _separator,
    _hidden_value, _no_value, _commas,
)  # fmt: skip
