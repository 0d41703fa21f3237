"""YAML text → plain data in which every node knows its location, parent and key.

The parser's events are read once, iteratively: that gives positions, duplicate keys, merge
keys and a bound on depth and on alias expansion in a single pass.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, Final, NoReturn

import yaml

from ..diagnostics import Code, Diagnostic, Span
from . import codes
from .document import Document, Map, Mark, Seq

MAX_DEPTH: Final = 100
MAX_NODES: Final = 100_000
"""Nodes that aliases may add, in addition to those for each character of the file."""

_NODES_FOR_A_CHARACTER: Final = 6


def read(file: str, text: str) -> Document:
    """The document in ``text``; ``file`` is its name in spans and diagnostics."""
    text = text.removeprefix("\ufeff")
    builder = _Builder(Source(file, text))
    try:
        builder.build()
        data = builder.top[0] if builder.top else None
    except yaml.YAMLError as error:
        data = None
        builder.diagnostics.append(complaint(error, builder.source))
    except _Stop:
        data = None
    return Document(file, text, data, tuple(builder.diagnostics))


def repeated(node: Map, key: str, mark: Mark) -> Diagnostic:
    """The diagnostic of a key that a mapping has already."""
    message, help = f"duplicate key `{key}`", "merge the two, or remove one"
    first = (node.key_span(key), "first here")
    return codes.DUPLICATE_KEY.at(Span(*mark), message, help=help, related=(first,))


def too_deep(mark: Mark) -> Diagnostic:
    """The diagnostic of nodes that are nested deeper than any plan needs."""
    message = f"nested more than {MAX_DEPTH} levels deep"
    help = "give the inner part a name under `definitions`"
    return codes.YAML_TOO_LARGE.at(Span(*mark), message, help=help)


class _Stop(Exception):  # noqa: N818 - a signal, not an error
    """The rest of the document is not worth reading."""


class _Frame:
    """A container that is being filled; ``before`` is the number of nodes read before it."""

    __slots__ = ("anchor", "before", "is_map", "key", "key_mark", "merges", "node", "own_before")

    def __init__(self, node: Map | Seq, anchor: str | None, before: int) -> None:
        self.node = node
        self.is_map = type(node) is Map
        self.anchor = anchor
        self.before = before
        self.key: Any = _NO_KEY
        self.key_mark: Mark = node.mark
        self.merges: list[tuple[Any, Mark]] | None = None  # few containers have any
        self.own_before = 0


_NO_KEY: Final = object()
_SHOWN: Final = 40  # characters of a scalar that a message quotes
_COMPLEX_KEY: Final = "a key must be a string, not a list or mapping"
_NAME_IT: Final = "write a name before the `:`"


class _Builder:
    """Builds one document from the parser's events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self.top = Seq((source.file, 1, 1, 1))  # contains the document, so everything has a parent
        self._stack = [_Frame(self.top, None, 0)]
        self._nodes = 0
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._plain: dict[str, Any] = {}
        # The marks in a line share one int, which saves megabytes for a large plan.
        self._numbers = list(range(1, source.text.count("\n") + 3))
        self._budget = MAX_NODES + _NODES_FOR_A_CHARACTER * len(source.text)

    def mark(self, event: Any) -> Mark:
        """The location of an event, cut at the end of its first line."""
        start, stop = event.start_mark, event.end_mark
        line, column, end_line, end = start.line, start.column, stop.line, stop.column
        if self.source.starts is not None:
            (line, column), (end_line, end) = map(self.source.position, (start, stop))
        if end_line != line:
            end = len(self.source.lines[line].rstrip()) if line < len(self.source.lines) else column
        length = end - column if end > column else 1
        return self.source.file, self._numbers[line], column + 1, length

    def build(self) -> None:
        """Read the whole document.  Raises _Stop at an error that makes the rest useless."""
        get_event, scalar = _LOADER(self.source.parsed).get_event, yaml.ScalarEvent
        plain, mark, put, stack = self._plain, self.mark, self._put, self._stack
        file, exact, no_key = self.source.file, self.source.starts is None, _NO_KEY
        documents = 0
        numbers = self._numbers
        while True:
            event = get_event()
            kind = type(event)
            if kind is scalar:
                # Two events in three; one that is quoted or was seen before needs no resolving.
                value = event.value
                if event.implicit[0]:
                    value = plain.get(value, MERGE)
                if value is MERGE or event.tag is not None or event.anchor is not None:
                    value = self._scalar(event)
                start, stop = event.start_mark, event.end_mark
                line, column = start.line, start.column
                length = stop.column - column
                if exact and length > 0 and stop.line == line:
                    at = file, numbers[line], column + 1, length
                else:
                    at = mark(event)
                frame = stack[-1]
                node: Any = frame.node
                if frame.is_map and frame.key is no_key:
                    frame.key, frame.key_mark = value, at
                elif frame.is_map and type(frame.key) is str and frame.key not in node:  # as _put
                    node[frame.key], node.marks[frame.key] = value, (frame.key_mark, at)
                    frame.key = no_key
                    self._nodes += 1
                else:
                    put(value, at)
            elif kind is yaml.MappingStartEvent:
                self._open(Map, event)
            elif kind is yaml.SequenceStartEvent:
                self._open(Seq, event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.StreamEndEvent:
                break
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message = "a second YAML document begins here, but a plan has only one"
                    help = "remove the `---`, or move the rest into another file"
                    self._stop(codes.YAML_SYNTAX, mark(event), message, help)

    def _stop(self, code: Code, mark: Mark, message: str, help: str) -> NoReturn:
        self.diagnostics.append(code.at(Span(*mark), message, help=help))
        raise _Stop

    def _open(self, kind: type[Map | Seq], event: Any) -> None:
        mark, stack = self.mark(event), self._stack
        within, depth = stack[-1], len(stack)
        if depth > MAX_DEPTH:
            self.diagnostics.append(too_deep(mark))
            raise _Stop
        if event.tag not in _CONTAINER_TAGS:
            self._unknown_tag(event)
        if self._awaits_key():
            self._stop(codes.YAML_KEY, mark, _COMPLEX_KEY, _NAME_IT)
        if event.anchor:
            self._anchors[event.anchor] = (_NO_KEY, 0)
        key = within.key if within.is_map else len(within.node)
        node = kind(mark, within.node if depth > 1 else None, key)
        stack.append(_Frame(node, event.anchor, self._nodes))

    def _awaits_key(self) -> bool:
        frame = self._stack[-1]
        return frame.is_map and frame.key is _NO_KEY

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.merges:
            self._merge(frame)
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.node, self._nodes - frame.before + 1)
        self._put(frame.node, frame.node.mark)

    def _alias(self, event: Any) -> None:
        name, mark = event.anchor, self.mark(event)
        if name not in self._anchors:
            help = f"the anchor `&{name}` must come before its alias `*{name}`"
            self._stop(codes.YAML_ALIAS, mark, f"there is no anchor `&{name}`", help)
        value, weight = self._anchors[name]
        if value is _NO_KEY:
            help = "use `definitions` and `$ref` for recursive types"
            self._stop(codes.YAML_ALIAS, mark, f"`*{name}` is inside `&{name}` itself", help)
        self._put(value, mark)
        self._nodes += weight - 1
        self._budget -= weight
        if self._budget < 0:
            message = "aliases unfold to far more than what is written"
            self._stop(codes.YAML_TOO_LARGE, mark, message, "use fewer aliases")

    def _put(self, value: Any, mark: Mark) -> None:
        """Add to the container that is being filled: an item, a key, or the value of a key."""
        self._nodes += 1
        frame = self._stack[-1]
        node: Any = frame.node
        if not frame.is_map:
            node.append(value)
            node.marks.append(mark)
        elif frame.key is _NO_KEY:
            frame.key, frame.key_mark = value, mark
        else:
            key, frame.key = frame.key, _NO_KEY
            if type(key) is str and key not in node:
                node[key] = value
                node.marks[key] = (frame.key_mark, mark)
            else:
                self._odd_pair(frame, key, value, mark)

    def _odd_pair(self, frame: _Frame, key: Any, value: Any, mark: Mark) -> None:
        """A merge, a key that is not a string, or a duplicate key."""
        node: Any = frame.node
        if key is MERGE:
            if frame.merges is None:
                frame.merges, frame.own_before = [], len(node)
            frame.merges.append((value, mark))
            return
        if type(key) is not str:
            key = self._odd_key(key, frame.key_mark)
        if key in node:
            self.diagnostics.append(repeated(node, key, frame.key_mark))
            return
        node[key] = value
        node.marks[key] = (frame.key_mark, mark)

    def _odd_key(self, key: Any, mark: Mark) -> str:
        """A key that YAML reads as a number, a boolean or null: an error, taken as a string."""
        if isinstance(key, Map | Seq):
            self._stop(codes.YAML_KEY, mark, _COMPLEX_KEY, _NAME_IT)
        line = self.source.lines[mark[1] - 1] if mark[1] <= len(self.source.lines) else ""
        written = line[mark[2] - 1 : mark[2] - 1 + mark[3]] or str(key)
        what = "null" if key is None else "a boolean" if isinstance(key, bool) else "a number"
        message = f"the key `{written}` is {what}, but keys must be strings"
        help = f'put it in quotes: "{written}"'
        self.diagnostics.append(codes.YAML_KEY.at(Span(*mark), message, help=help))
        return written

    def _merge(self, frame: _Frame) -> None:
        """``<<: *base`` and ``<<: [*a, *b]``: the mapping's own keys win, then earlier ones
        (https://yaml.org/type/merge.html).  Merged keys take the position of ``<<``."""
        node = frame.node
        assert isinstance(node, Map)
        later = [(key, node[key], node.marks[key]) for key in [*node][frame.own_before :]]
        for value, mark in frame.merges or ():
            for base in value if isinstance(value, Seq) else [value]:
                if not isinstance(base, Map):
                    message = "`<<` only merges mappings, or a list of mappings"
                    help = "write `<<: *name`, where `&name` is the anchor of a mapping"
                    self.diagnostics.append(codes.YAML_ALIAS.at(Span(*mark), message, help=help))
                    continue
                for key in base:
                    if key not in node:  # merged nodes keep their parent, as aliases do
                        node[key], node.marks[key] = base[key], base.marks[key]
        for key, value, marks in later:
            del node[key]
            node.put(key, value, marks)

    def _scalar(self, event: Any) -> Any:
        value = self._plain_value(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        return value

    def _plain_value(self, event: Any) -> Any:
        value, tag = event.value, event.tag
        if tag is not None and tag != "!":
            return self._tagged(event, value, tag)
        if not event.implicit[0] or tag == "!":
            return value
        found = self._plain.get(value, MERGE)
        if found is MERGE:
            found = resolve(value)
            if found is MERGE:
                return found if self._awaits_key() else value
            if type(found) is float and not math.isfinite(found):
                return self._not_finite(event, value)
            self._plain[value] = found
        return found

    def _not_finite(self, event: Any, value: str) -> int:
        """Report a number that JSON, or any program, does not have; returns one that is valid
        wherever a number is, so that nothing else is reported."""
        written = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        what = "is not a number in JSON" if _SPECIAL.fullmatch(value) else TOO_GREAT
        help = "remove it; if it is meant as a string, put it in quotes"
        span = Span(*self.mark(event))
        self.diagnostics.append(codes.YAML_NUMBER.at(span, f"`{written}` {what}", help=help))
        return 1

    def _tagged(self, event: Any, value: str, tag: str) -> Any:
        """An explicit ``!!int`` and the like, the same as the scalar without it."""
        if tag == _CORE + "str":
            return value
        wanted = _SCALAR_TAGS.get(tag)
        if wanted is None:
            self._unknown_tag(event)
        found = resolve(value)
        if type(found) is float and not math.isfinite(found):
            return self._not_finite(event, value)
        if type(found) is int and wanted is float:
            return float(found)
        if type(found) is not wanted:
            message = f"`{value}` is not a valid {tag.replace(_CORE, '!!')}"
            help = "remove the tag, or change the value"
            self._stop(codes.YAML_SYNTAX, self.mark(event), message, help)
        return found

    def _unknown_tag(self, event: Any) -> NoReturn:
        message = f"the tag `{event.tag.replace(_CORE, '!!')}` has no meaning in a plan"
        help = "remove it: a plan is plain data"
        self._stop(codes.YAML_SYNTAX, self.mark(event), message, help)


_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE: Final = "tag:yaml.org,2002:"
_CONTAINER_TAGS: Final = {None, "!", _CORE + "map", _CORE + "seq"}
_SCALAR_TAGS: Final = {
    _CORE + "int": int,
    _CORE + "float": float,
    _CORE + "bool": bool,
    _CORE + "null": type(None),
}


MERGE: Final = object()
"""The value of ``<<`` as a key."""

_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_RADIX: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    "<<": MERGE,
}


def resolve(text: str) -> Any:
    """The value of a plain scalar in the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    if _INT.fullmatch(text) or _RADIX.fullmatch(text):
        return whole(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "", 1)) if _SPECIAL.fullmatch(text) else text


TOO_GREAT: Final = "is greater than any number that programs can represent"
_MOST_DIGITS: Final = 400


def whole(text: str) -> int | float:
    """The whole number that ``text`` spells, as Python does; infinite if it is as great as no
    ``float`` is, because most programs that read JSON would make it infinite.

    So nothing in a plan has more than 309 digits (Python refuses to print 4,301).
    """
    if len(text) > _MOST_DIGITS and text[1:2] not in ("x", "o"):
        return math.inf
    found = int(text, 0)
    return found if abs(found) < _INFINITE else math.inf


_INFINITE: Final = 2**1024 - 2**970  # from here on, the nearest ``float`` is infinite


class Source:
    """A file's text, and the locations of the parser's marks in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.parsed = text
        self.starts: list[int] | None = None
        self._pairs: list[int] = []
        if "\\u" in text and _PAIR.search(text):
            self.parsed, self._pairs = _without_pairs(text)
        # YAML counts more characters as line ends than editors do.
        odd = not (text.isascii() and "\r" not in text) and _ODD_BREAKS.search(text)
        if odd or self._pairs:
            self.starts = [0, *(m.end() for m in re.finditer("\n", text))]

    @cached_property
    def lines(self) -> list[str]:
        """The lines, as editors count them."""
        return self.text.split("\n")

    def position(self, mark: Any) -> tuple[int, int]:
        """The line and column of a parser's mark, both from 0."""
        if self.starts is None:
            return mark.line, mark.column
        index = mark.index + _SHORTER * bisect_right(self._pairs, mark.index - 1)
        line = bisect_right(self.starts, index) - 1
        return line, index - self.starts[line]


_QUOTED: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_PAIR: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE
)
_SHORTER: Final = len(r"\ud83d\ude00") - len(r"\U0001f600")


def _without_pairs(text: str) -> tuple[str, list[int]]:
    """``text`` with YAML's escape for each pair of JSON's that are one character, such as
    ``\\ud83d\\ude00``, in double quotes; and where in the result those escapes end."""
    ends: list[int] = []

    def one(found: re.Match[str]) -> str:
        high, low = int(found[2], 16) - 0xD800, int(found[3], 16) - 0xDC00
        return f"{found[1]}\\U{0x10000 + (high << 10) + low:08x}"

    parts, end, length = [], 0, 0
    for quoted in _QUOTED.finditer(text):
        for found in _PAIR.finditer(text, *quoted.span()):
            parts += [text[end : found.start()], one(found)]
            length += len(parts[-2]) + len(parts[-1])
            end = found.end()
            ends.append(length)
    return "".join(parts) + text[end:], ends


_ODD_BREAKS: Final = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


def complaint(error: yaml.YAMLError, source: Source) -> Diagnostic:
    """The parser's error as a diagnostic, with help for the usual ones."""
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(error, source)
    mark, lines = getattr(error, "problem_mark", None), source.lines
    problem = getattr(error, "problem", None) or str(error)
    line, column = source.position(mark) if mark else (0, 0)
    if line >= len(lines) or not "".join(lines[line:])[column:].strip():
        # It was noticed at the end of the file; the location is where something was left open.
        context = getattr(error, "context_mark", None)
        line, column = source.position(context) if context else (line, column)
    shown = lines[line] if line < len(lines) else ""
    span = Span(source.file, min(line, len(lines) - 1) + 1, min(column, len(shown)) + 1)
    problem, help = _in_plain_words(problem, shown)
    return codes.YAML_SYNTAX.at(span, f"not YAML: {problem}", help=help)


def _unprintable(error: Any, source: Source) -> Diagnostic:
    """A character that YAML does not allow; its location is searched for in the text."""
    found = re.search(_UNPRINTABLE, source.text)
    before = source.text[: found.start()] if found else ""
    line = before.count("\n")
    span = Span(source.file, line + 1, len(before) - (before.rfind("\n") + 1) + 1)
    character = f"U+{ord(found[0]):04X}" if found else "a control character"
    message = f"not YAML: {character} is not allowed in a YAML file"
    return codes.YAML_SYNTAX.at(span, message, help='remove it, or write it as an escape in "…"')


_UNPRINTABLE: Final = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff"
_INDENTATION: Final = "check the indentation: the keys of a mapping must be in the same column"
_PLAIN_WORDS: Final = (
    ("mapping values are not allowed", "a `:` is not allowed here",
     "quote strings that contain `: `, and check the indentation"),
    ("cannot start any token", "a value cannot begin with this character",
     "quote strings that begin with it"),
    ("',' or", "this list or mapping is not closed",
     "a list ends with `]`, a mapping with `}`, and commas separate the items"),
    ("unexpected end of stream", "this quoted string is not closed", "end it with the same quote"),
    ("expected ':'", "a key without its `:`", "write `key: value`, with a space after the `:`"),
    ("expected key", "this line does not fit any mapping above it", _INDENTATION),
    ("'-' indicator", "this line does not fit any list above it",
     "check the indentation: the items of a list must be in the same column"),
    ("block end", "this line does not fit anything above it", _INDENTATION),
    ("Unicode character escape", "this escape is half a character", "write the character itself"),
    ("escape character", "invalid escape", "write a backslash as \\\\ in \"…\", or as \\ in '…'"),
)  # fmt: skip
"""Parts of the parser's messages, what they mean, and what to do."""


def _in_plain_words(problem: str, line: str) -> tuple[str, str | None]:
    """The parser's message about ``line``, for somebody who does not write parsers."""
    found = ((plain, help) for words, plain, help in _PLAIN_WORDS if words in problem)
    plain, help = next(found, (problem, None))
    if "\\t" in problem or "\t" in line[: len(line) - len(line.lstrip())]:
        return plain, "indent with spaces, not tabs"
    return plain, help
