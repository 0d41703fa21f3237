"""JSON text → plain data in which every node knows its location, parent and key.

The standard library checks whether it is JSON; then the tokens are read once more for their
locations, which no JSON library gives (RFC 8259).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from . import codes
from .document import Document, Map, Mark, Seq
from .values import plain
from .yaml_reader import MAX_DEPTH, TOO_GREAT, repeated, too_deep, whole

_WORDS: Final = {"true": True, "false": False, "null": None}
_HALVES: Final = re.compile("[\ud800-\udfff]")


def read(file: str, text: str) -> Document:
    """The document in ``text``; ``file`` is its name in spans and diagnostics."""
    text = text.removeprefix("\ufeff")
    found = problem(file, text)
    if found is not None:
        return Document(file, text, None, (found,))
    builder = _Builder()
    data = builder.build(file, text)
    return Document(file, text, data, tuple(builder.diagnostics))


def value_of(text: str) -> Any:
    """The value that ``text`` is the JSON of.

    Raises ValueError if it is not JSON, or has what no plan can: a number beyond any ``float``,
    half a character, a key twice.
    """
    document = read("", text)
    if document.diagnostics:
        raise ValueError(document.diagnostics[0].message)
    return plain(document.data)


def number_of(word: str) -> int | float:
    """The number that ``word`` spells in JSON; infinite if no program can represent it."""
    return whole(word) if word.lstrip("-").isdigit() else float(word)


class _Builder:
    """Builds a document from its tokens."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def build(self, file: str, text: str) -> Any:
        """The data; None if it is nested too deeply to be a plan."""
        tokens = TOKEN.finditer
        node: Any = Seq((file, 1, 1, 1))  # contains the document, so that everything has a parent
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
        help = "fetch it again; whatever wrote it cut a string in the middle of a character"
        self.diagnostics.append(codes.JSON_SYNTAX.at(Span(*mark), message, help=help))
        return _HALVES.sub("\ufffd", value)

    def _number(self, word: str, mark: Mark) -> int | float:
        value = number_of(word)
        if math.isinf(value):
            message = f"`{word[:40]}` {TOO_GREAT}"
            self.diagnostics.append(codes.JSON_SYNTAX.at(Span(*mark), message))
            return 0
        return value


TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s,:{}\[\]"]+')
"""A string, a bracket, or a bare word or number, of JSON that is known to be valid."""


class Trouble(NamedTuple):
    """Where a problem is (an index into the text), what it is, and how to fix it."""

    position: int
    message: str
    help: str | None = None


class _ConstantError(ValueError):
    """A bare word that only JavaScript has: NaN, Infinity or -Infinity."""


def problem(file: str, text: str) -> Diagnostic | None:
    """Why ``text`` is not JSON; None if it is."""
    trouble = _not_json(text) or _trouble(text)
    if trouble is None:
        return None
    opened = _open_bracket(text) if trouble.message is _ENDS_EARLY else -1
    related = ((_location(file, text, opened), "this is never closed"),) if opened >= 0 else ()
    span = _location(file, text, trouble.position)
    return codes.JSON_SYNTAX.at(span, trouble.message, help=trouble.help, related=related)


def _location(file: str, text: str, index: int) -> Span:
    """The location of a character."""
    begin = text.rfind("\n", 0, index) + 1
    return Span(file, text.count("\n", 0, index) + 1, index - begin + 1)


def _not_json(text: str) -> Trouble | None:
    """Text that is not even an attempt at JSON."""
    start = text.lstrip()
    if not start:
        return Trouble(0, "the file is empty", _CUT_SHORT)
    if not start.startswith("<"):
        return None
    found = _TITLE.search(start)
    title = f", with the title “{' '.join(found[1].split())[:80]}”" if found else ""
    what = "HTML" if _HTML.match(start) else "XML or HTML"
    help = "a proxy or a login page answered instead; sign in and fetch it again"
    return Trouble(len(text) - len(start), f"this is {what}, not JSON{title}", help)


_HTML: Final = re.compile(r"<(!doctype\s+html|html|head|body|script|meta)\b", re.IGNORECASE)
_TITLE: Final = re.compile(r"<title[^>]*>([^<]{1,400})</title>", re.IGNORECASE)


def _trouble(text: str) -> Trouble | None:
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return _in_plain_words(error, text)
    except _ConstantError as error:
        found = re.search(rf"(?<![\w\"-]){re.escape(str(error))}(?![\w\"])", text)
        what = "NaN" if str(error) == "NaN" else "infinity"
        return Trouble(found.start() if found else 0, f"JSON has no {what}", "remove the keyword")
    except RecursionError:
        return Trouble(0, "nested far deeper than any plan")
    except ValueError:  # more digits than Python reads as a number
        found = re.search(r"\d{4000,}", text)
        return Trouble(found.start() if found else 0, "a number with thousands of digits")
    return None


def _refuse(word: str) -> None:
    raise _ConstantError(word)


_ENDS_EARLY: Final = "the JSON ends too early"
_CUT_SHORT: Final = "was the download cut short? fetch it again"


def _in_plain_words(error: json.JSONDecodeError, text: str) -> Trouble:
    index, message = error.pos, error.msg
    rest = text[index:].lstrip()
    cut = any(word.startswith(rest) for word in ("true", "false", "null", "-"))
    if cut or (message.startswith("Unterminated string") and '"' not in text[index + 1 :]):
        return Trouble(len(text.rstrip()) - 1, _ENDS_EARLY, _CUT_SHORT)
    if message.startswith("Extra data"):
        help = "one message per line? that is a log: `typewriter infer` reads it"
        return Trouble(index, "a second JSON value begins here, but a file has only one", help)
    before = text[:index].rstrip()
    if "trailing comma" in message or (rest[0] in "}]" and before.endswith(",")):
        comma = index if text[index] == "," else len(before) - 1  # where Python 3.13 points
        help = "remove it: JSON only has commas between entries"
        return Trouble(comma, "a comma with nothing after it", help)
    if rest[0] == "'":
        return Trouble(index, "a string in single quotes", 'JSON strings need "double quotes"')
    if rest[:2] in ("//", "/*") or rest[0] == "#":
        return Trouble(index, "a comment", "JSON has no comments: remove it")
    plain = next((words for start, words in _PLAIN_WORDS if message.startswith(start)), message)
    return Trouble(index, f"not JSON: {plain}", "fetch it again, rather than repair it by hand")


_PLAIN_WORDS: Final = (
    ("Expecting property name", 'expected a key in "double quotes"'),
    ("Expecting value", "expected a value"),
    ("Expecting ','", "expected a comma or a closing bracket"),
    ("Expecting ':'", "expected a `:` after the key"),
    ("Unterminated string", "this string is not closed"),
    ("Invalid control character", "a line break or tab in a string: write \\n or \\t"),
    ("Invalid \\escape", "invalid escape: a backslash is written \\\\"),
    ("Invalid \\uXXXX", "\\u must be followed by four hexadecimal digits"),
)


def _open_bracket(text: str) -> int:
    """The index of the innermost unclosed bracket; -1 if there is none."""
    brackets: list[int] = []
    for token in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[{}\[\]]', text, re.DOTALL):
        if token[0] in ("{", "["):
            brackets.append(token.start())
        elif token[0] in ("}", "]") and brackets:
            brackets.pop()
    return brackets[-1] if brackets else -1
