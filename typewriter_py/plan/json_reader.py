"""JSON text → plain data in which every node knows its location, parent and key.

The standard library says whether it is JSON; then its tokens are gone through once more, for
their places, which no JSON library gives (RFC 8259).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from . import codes
from .document import Document, Map, Mark, Seq
from .yaml_reader import MAX_DEPTH, repeated, too_deep

_WORDS: Final = {"true": True, "false": False, "null": None}
_HALVES: Final = re.compile("[\ud800-\udfff]")


def read(file: str, text: str) -> Document:
    """The document in ``text``; ``file`` is the name that its spans and diagnostics bear."""
    text = text.removeprefix("\ufeff")
    found = problem(file, text)
    if found is not None:
        return Document(file, text, None, (found,))
    builder = _Builder(file)
    data = builder.build(text)
    return Document(file, text, data, tuple(builder.diagnostics))


class _Builder:
    """Builds the document from its tokens."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.diagnostics: list[Diagnostic] = []

    def build(self, text: str) -> Any:
        """The data; None where it is nested too deeply to be a plan."""
        tokens, file = TOKEN.finditer, self._file
        node: Any = Seq((file, 1, 1, 1))  # holds the document, so that nothing has no parent
        top, key, key_mark = node, None, node.mark
        outer: list[tuple[Any, str | None, Mark]] = []
        for number, line in enumerate(text.split("\n"), 1):
            for token in tokens(line):
                word = token[0]
                start, end = token.span()
                mark = (file, number, start + 1, end - start)
                first = word[0]
                if first == '"':
                    value: Any = word[1:-1] if "\\" not in word else self._unescaped(word, mark)
                    if key is None and type(node) is Map:
                        key, key_mark = value, mark
                        continue
                elif first in "{[":
                    if len(outer) >= MAX_DEPTH:
                        self.diagnostics.append(too_deep(mark))
                        return None
                    outer.append((node, key, key_mark))
                    inner = Map(mark) if first == "{" else Seq(mark)
                    if node is not top:
                        inner.belongs_to(node, len(node) if key is None else key)
                    node, key = inner, None
                    continue
                elif first in "}]":
                    value, mark = node, node.mark
                    node, key, key_mark = outer.pop()
                else:
                    value = _WORDS[word] if word in _WORDS else self._number(word, mark)
                if key is None:
                    node.append(value)
                    node.marks.append(mark)
                    continue
                if key not in node:
                    node[key] = value
                    node.marks[key] = (key_mark, mark)
                else:
                    self.diagnostics.append(repeated(node, key, key_mark))
                key = None
        return top[0]

    def _unescaped(self, word: str, mark: Mark) -> str:
        value: str = json.loads(word)
        if not _HALVES.search(value):
            return value
        message = "half a character: an escape \\ud800 to \\udfff without its other half"
        help = "fetch it again; what wrote it cut a text in the middle of a character"
        self.diagnostics.append(codes.JSON_SYNTAX.at(Span(*mark), message, help=help))
        return _HALVES.sub("\ufffd", value)

    def _number(self, word: str, mark: Mark) -> int | float:
        if word.lstrip("-").isdigit():
            return int(word)
        value = float(word)
        if math.isinf(value):
            message = f"`{word[:40]}` is greater than any number that programs reckon with"
            self.diagnostics.append(codes.JSON_SYNTAX.at(Span(*mark), message))
            return 0
        return value


TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s,:{}\[\]"]+')
"""A text, a bracket, or a bare word or number, of JSON that is known to be good."""

_NO_JSON: Final = {
    "NaN": "JSON has no NaN",
    "Infinity": "JSON has no infinity",
    "-Infinity": "JSON has no infinity",
}


class Trouble(NamedTuple):
    """Where it is (an index into the text), what it is, and what to do."""

    place: int
    message: str
    help: str | None = None


class _ConstantError(ValueError):
    """A bare word that only JavaScript has."""


def problem(file: str, text: str) -> Diagnostic | None:
    """Why ``text`` is not JSON; None if it is."""
    trouble = _no_document(text) or _trouble(text)
    if trouble is None:
        return None
    span = place(file, text, trouble.place)
    related: tuple[tuple[Span, str], ...] = ()
    if trouble.message is _ENDS_EARLY:
        opened = _open_bracket(text)
        related = ((place(file, text, opened), "this is still open"),) if opened >= 0 else ()
    return codes.JSON_SYNTAX.at(span, trouble.message, help=trouble.help, related=related)


def place(file: str, text: str, index: int) -> Span:
    """The line and column of a character."""
    begin = text.rfind("\n", 0, index) + 1
    return Span(file, text.count("\n", 0, index) + 1, index - begin + 1)


def _no_document(text: str) -> Trouble | None:
    """What is no attempt at JSON at all."""
    start = text.lstrip()
    index = len(text) - len(start)
    if not start:
        return Trouble(0, "the file is empty", "was the download cut short? fetch it again")
    if not start.startswith("<"):
        return None
    title = _TITLE.search(start)
    says = f", with the title “{' '.join(title[1].split())[:80]}”" if title else ""
    what = "HTML" if _HTML.match(start) else "XML or HTML"
    help = "a proxy or a login page answered in its place; fetch it again, signed in"
    return Trouble(index, f"this is {what}, not JSON{says}", help)


_HTML: Final = re.compile(r"<(!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]*>([^<]{1,400})</title>", re.IGNORECASE)


def _trouble(text: str) -> Trouble | None:
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return _in_plain_words(error, text)
    except _ConstantError as error:
        word = str(error)
        found = re.search(rf"(?<![\w\"-]){re.escape(word)}(?![\w\"])", text)
        index = found.start() if found else 0
        return Trouble(index, f"{_NO_JSON[word]}", "leave the keyword out")
    except RecursionError:
        return Trouble(0, "nested far deeper than any plan is", None)
    except ValueError:  # more digits than Python reads as a number
        found = re.search(r"\d{4000,}", text)
        return Trouble(found.start() if found else 0, "a number of thousands of digits", None)
    return None


def _refuse(word: str) -> None:
    raise _ConstantError(word)


_ENDS_EARLY: Final = "the JSON ends before it is whole"
_CUT_SHORT: Final = "was the download cut short? fetch it again"
_STRAY_COMMA: Final = "a comma with nothing after it"


def _in_plain_words(error: json.JSONDecodeError, text: str) -> Trouble:
    index, says = error.pos, error.msg
    rest = text[index:].lstrip()
    cut = any(word.startswith(rest) for word in ("true", "false", "null", "-"))
    if cut or (says.startswith("Unterminated string") and '"' not in text[index + 1 :]):
        return Trouble(len(text.rstrip()) - 1, _ENDS_EARLY, _CUT_SHORT)
    if says.startswith("Extra data"):
        help = "one message in each line? that is a log: `typewriter infer` reads it"
        return Trouble(index, "a second JSON value begins here, and a file holds one", help)
    before = text[:index].rstrip()
    if "trailing comma" in says or (rest[0] in "}]" and before.endswith(",")):
        comma = index if text[index] == "," else len(before) - 1  # as Python 3.13 points at it
        return Trouble(comma, _STRAY_COMMA, "remove it: JSON has a comma between entries only")
    if rest[0] == "'":
        return Trouble(index, "a text in single quotes", 'JSON has texts in "double quotes"')
    if rest[:2] in ("//", "/*") or rest[0] == "#":
        return Trouble(index, "a comment", "JSON has none: remove it")
    plain = next((words for start, words in _PLAIN_WORDS if says.startswith(start)), says)
    return Trouble(index, f"not JSON: {plain}", "fetch it again, rather than mend it by hand")


_PLAIN_WORDS: Final = (
    ("Expecting property name", 'a key in "double quotes" has to stand here'),
    ("Expecting value", "a value has to stand here"),
    ("Expecting ','", "a comma, or a closing bracket, has to stand here"),
    ("Expecting ':'", "a `:` has to stand here, after the key"),
    ("Unterminated string", "this text is not closed"),
    ("Invalid control character", "a line break or tab in a text: it is written \\n or \\t"),
    ("Invalid \\escape", "no such escape: a backslash is written \\\\"),
    ("Invalid \\uXXXX", "four hexadecimal digits follow \\u"),
)


def _open_bracket(text: str) -> int:
    """Where the innermost bracket stands that nothing closes; -1 if there is none."""
    brackets: list[int] = []
    for token in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\]]', text, re.DOTALL):
        if token[0] in ("{", "["):
            brackets.append(token.start())
        elif token[0] in ("}", "]") and brackets:
            brackets.pop()
    return brackets[-1] if brackets else -1
