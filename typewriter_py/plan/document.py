"""YAML text → plain data in which every node remembers where it stands.

The parser's events are read once, iteratively: that gives positions, duplicate keys, merge
keys and a bound on depth and on alias expansion in a single pass.  Scalars resolve by the
YAML 1.2 core schema, as editors do (https://yaml.org/spec/1.2.2/#103-core-schema), less its
leading zeros: ``no``, ``12:30``, ``010``, ``1_000`` and dates stay text, ``1e3`` is a number.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from ..diagnostics import Diagnostic, Span
from . import codes

MAX_DEPTH: Final = 100
MAX_NODES: Final = 100_000
"""Nodes that aliases may add, and some more for each character that the file has."""

_NODES_FOR_A_CHARACTER: Final = 6

Mark: TypeAlias = tuple[str, int, int, int]
"""The arguments of a ``Span``: file, line, column, length."""


class Map(dict[str, Any]):
    """A mapping that knows its place (``mark``) and that of every key and value (``marks``)."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: dict[str, tuple[Mark, Mark]] = {}

    def put(self, key: str, value: Any, marks: tuple[Mark, Mark]) -> None:
        """Set ``key`` together with the places of key and value."""
        self[key] = value
        self.marks[key] = marks

    def remove(self, key: str) -> None:
        """Take ``key`` out, if it is there."""
        self.pop(key, None)
        self.marks.pop(key, None)

    def key_span(self, key: str) -> Span:
        """Where ``key`` stands; where the mapping begins, if there is no such key."""
        return Span(*(self.marks[key][0] if key in self.marks else self.mark))

    def value_span(self, key: str) -> Span:
        """Where the value of ``key`` begins, likewise."""
        return Span(*(self.marks[key][1] if key in self.marks else self.mark))

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(*self.mark)


class Seq(list[Any]):
    """A sequence that knows its place and that of every item."""

    __slots__ = ("mark", "marks")

    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark
        self.marks: list[Mark] = []

    def item_span(self, index: int) -> Span:
        """Where the item begins."""
        return Span(*self.marks[index])

    @property
    def span(self) -> Span:
        """Where it begins."""
        return Span(*self.mark)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: ``data`` is None where nothing could be read."""

    file: str
    text: str
    data: Any
    diagnostics: tuple[Diagnostic, ...]

    def span_at(self, path: tuple[str | int, ...]) -> Span:
        """The place of the value at ``path``: a mapping's key, a sequence's item.

        For a path that leads nowhere: the place of its nearest parent that exists.
        """
        node, span = self.data, Span(self.file)
        for step in path:
            if isinstance(node, Map) and step in node:
                span, node = node.key_span(str(step)), node[str(step)]
            elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
                span, node = node.item_span(step), node[step]
            else:
                break
        return span

    def written_at(self, path: tuple[str | int, ...]) -> tuple[object, ...]:
        """What tells apart what is written: where aliases lead to one node, paths differ."""
        node, parent = self.data, None
        for step in path:
            parent, node = node, node[step]
        return (id(parent), path[-1]) if path and not isinstance(node, Map | Seq) else (id(node),)


def read(file: str, text: str) -> Document:
    """The document in ``text``; ``file`` is the name that its spans and diagnostics bear."""
    text = text.removeprefix("\ufeff")
    builder = _Builder(file, text)
    try:
        builder.build()
    except yaml.YAMLError as error:
        builder.say(_syntax(error, builder))
    except _Stop:
        pass
    data = None if builder.stopped else builder.root
    return Document(file, text, data, tuple(builder.diagnostics))


class _Stop(Exception):  # noqa: N818 - a signal, not an error
    """The rest of the document is not worth reading."""


class _Frame:
    """A container that is being filled."""

    __slots__ = ("anchor", "key", "key_mark", "merges", "node", "own_before", "weight")

    def __init__(self, node: Map | Seq, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.key: Any = _NO_KEY
        self.key_mark: Mark = node.mark
        self.merges: list[tuple[Any, Mark]] = []
        self.own_before = 0
        self.weight = 1


_NO_KEY: Final = object()
_COMPLEX_KEY: Final = "a key is text, not a list or mapping"
_MERGE: Final = object()
_ODD_BREAKS: Final = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


class _Builder:
    """Builds one document from the parser's events."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.split("\n")
        self.diagnostics: list[Diagnostic] = []
        self.stopped = False
        self.root: Any = None
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._plain: dict[str, Any] = {}
        self._budget = MAX_NODES + _NODES_FOR_A_CHARACTER * len(text)
        self._starts: list[int] | None = None
        if _ODD_BREAKS.search(text):
            # YAML counts more characters as line ends than editors do.
            self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def say(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)
        self.stopped = True

    def place(self, mark: Any) -> tuple[int, int]:
        """Line and column of a parser's mark, both from 0."""
        if self._starts is None:
            return mark.line, mark.column
        line = bisect_right(self._starts, mark.index) - 1
        return line, mark.index - self._starts[line]

    def mark(self, event: Any) -> Mark:
        start, stop = event.start_mark, event.end_mark
        if self._starts is None:
            line, column, end_line, end = start.line, start.column, stop.line, stop.column
        else:
            (line, column), (end_line, end) = self.place(start), self.place(stop)
        if end_line != line:
            end = len(self.lines[line].rstrip()) if line < len(self.lines) else column
        return self.file, line + 1, column + 1, end - column if end > column else 1

    def build(self) -> None:
        documents = 0
        loader = _LOADER(self.text)
        event, kind = None, None
        while kind is not yaml.StreamEndEvent:
            event = loader.get_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._add(self._scalar(event), self.mark(event), event.anchor)
            elif kind is yaml.MappingStartEvent:
                self._open(Map(self.mark(event)), event)
            elif kind is yaml.SequenceStartEvent:
                self._open(Seq(self.mark(event)), event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message = "a second YAML document begins here, and a plan is one"
                    help = "remove the `---`, or move what follows into a file of its own"
                    self._error(codes.YAML_SYNTAX, event, message, help)

    def _error(self, code: Any, event: Any, message: str, help: str | None = None) -> None:
        self.say(code.at(Span(*self.mark(event)), message, help=help))
        raise _Stop

    def _open(self, node: Map | Seq, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            help = "give the inner part a name under `definitions`"
            self._error(codes.YAML_TOO_LARGE, event, message, help)
        if event.tag not in _CONTAINER_TAGS:
            self._unknown_tag(event)
        if self._stack and self._awaits_key():
            self._error(codes.YAML_KEY, event, _COMPLEX_KEY, "write a name before the `:`")
        frame = _Frame(node, event.anchor)
        if event.anchor:
            self._anchors[event.anchor] = (_NO_KEY, 0)
        self._stack.append(frame)

    def _awaits_key(self) -> bool:
        frame = self._stack[-1]
        return frame.key is _NO_KEY and isinstance(frame.node, Map)

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.merges:
            self._merge(frame)
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.node, frame.weight)
        self._add(frame.node, frame.node.mark, None, frame.weight)

    def _alias(self, event: Any) -> None:
        name = event.anchor
        if name not in self._anchors:
            help = f"an anchor `&{name}` stands before its alias `*{name}`"
            self._error(codes.YAML_ALIAS, event, f"no anchor `&{name}`", help)
        value, weight = self._anchors[name]
        if value is _NO_KEY:
            help = "what refers to itself goes under `definitions`, with `$ref`"
            message = f"`*{name}` stands inside `&{name}` itself"
            self._error(codes.YAML_ALIAS, event, message, help)
        self._add(value, self.mark(event), None, weight)
        self._budget -= weight
        if self._budget < 0:
            message = "aliases that unfold to far more than what is written"
            self._error(codes.YAML_TOO_LARGE, event, message, "write less of it with aliases")

    def _add(self, value: Any, mark: Mark, anchor: str | None, weight: int = 1) -> None:
        if anchor:
            self._anchors[anchor] = (value, 1)
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        frame.weight += weight
        node = frame.node
        if type(node) is Seq:
            node.append(value)
            node.marks.append(mark)
        elif frame.key is _NO_KEY:
            frame.key, frame.key_mark = value, mark
        else:
            key, frame.key = frame.key, _NO_KEY
            self._pair(frame, key, value, mark)

    def _pair(self, frame: _Frame, key: Any, value: Any, mark: Mark) -> None:
        node: Any = frame.node
        if key is _MERGE:
            if not frame.merges:
                frame.own_before = len(node)
            frame.merges.append((value, mark))
            return
        if type(key) is not str:
            key = self._odd_key(key, frame.key_mark)
        if key in node:
            first = node.key_span(key)
            self.diagnostics.append(
                codes.DUPLICATE_KEY.at(
                    Span(*frame.key_mark),
                    f"the key `{key}` stands here a second time",
                    help="join the two, or remove one",
                    related=((first, "first here"),),
                )
            )
            return
        node[key] = value
        node.marks[key] = (frame.key_mark, mark)

    def _odd_key(self, key: Any, mark: Mark) -> str:
        """A key that YAML reads as a number, a boolean or null: an error, read as text."""
        if isinstance(key, Map | Seq):
            help = "write a name before the `:`"
            self.say(codes.YAML_KEY.at(Span(*mark), _COMPLEX_KEY, help=help))
            raise _Stop
        line = self.lines[mark[1] - 1] if mark[1] <= len(self.lines) else ""
        written = line[mark[2] - 1 : mark[2] - 1 + mark[3]] or str(key)
        what = "null" if key is None else "a boolean" if isinstance(key, bool) else "a number"
        message = f"the key `{written}` is {what}, and a name is text"
        help = f'put it in quotes: "{written}"'
        self.diagnostics.append(codes.YAML_KEY.at(Span(*mark), message, help=help))
        return written

    def _merge(self, frame: _Frame) -> None:
        """``<<: *base`` and ``<<: [*a, *b]``: keys that the mapping has itself, and earlier
        ones, win (https://yaml.org/type/merge.html).  What is merged stands where ``<<`` does."""
        node = frame.node
        assert isinstance(node, Map)
        later = [(key, node[key], node.marks[key]) for key in [*node][frame.own_before :]]
        for value, mark in frame.merges:
            for base in value if isinstance(value, Seq) else [value]:
                if not isinstance(base, Map):
                    message = "`<<` merges a mapping, or a list of mappings"
                    help = "write `<<: *name`, where `&name` stands before a mapping"
                    self.diagnostics.append(codes.YAML_ALIAS.at(Span(*mark), message, help=help))
                    continue
                for key in base:
                    if key not in node:
                        node.put(key, base[key], base.marks[key])
        for key, value, marks in later:
            del node[key]
            node.put(key, value, marks)

    def _scalar(self, event: Any) -> Any:
        value, tag = event.value, event.tag
        if tag is not None and tag != "!":
            return self._tagged(event, value, tag)
        if not event.implicit[0] or tag == "!":
            return value
        found = self._plain.get(value, _MERGE)
        if found is _MERGE:
            found = resolve(value)
            if found is _MERGE:
                return found if self._stack and self._awaits_key() else value
            if type(found) is float and not math.isfinite(found):
                return self._no_number(event)
            self._plain[value] = found
        return found

    def _no_number(self, event: Any) -> int:
        message = f"`{event.value}` is no number that JSON has"
        help = "leave the bound out; as a text, put it in quotes"
        span = Span(*self.mark(event))
        self.diagnostics.append(codes.YAML_NUMBER.at(span, message, help=help))
        return 0

    def _tagged(self, event: Any, value: str, tag: str) -> Any:
        """An explicit ``!!int`` and the like: as good as the scalar written plainly."""
        if tag == _CORE + "str":
            return value
        wanted = _SCALAR_TAGS.get(tag)
        if wanted is None:
            self._unknown_tag(event)
        found = resolve(value)
        if type(found) is int and wanted is float:
            return float(found)
        if type(found) is not wanted:
            shown = tag.replace(_CORE, "!!")
            help = "remove the tag, or change the value"
            self._error(codes.YAML_SYNTAX, event, f"`{value}` is no {shown}", help)
        return found

    def _unknown_tag(self, event: Any) -> None:
        shown = event.tag.replace(_CORE, "!!")
        message = f"the tag `{shown}` means nothing in a plan"
        self._error(codes.YAML_SYNTAX, event, message, "remove it; a plan is plain data")


_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE: Final = "tag:yaml.org,2002:"
_CONTAINER_TAGS: Final = {None, "!", _CORE + "map", _CORE + "seq"}
_SCALAR_TAGS: Final = {
    _CORE + "int": int,
    _CORE + "float": float,
    _CORE + "bool": bool,
    _CORE + "null": type(None),
}
_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_RADIX: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    "<<": _MERGE,
}


def resolve(text: str) -> Any:
    """What a plain scalar means, by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _RADIX.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text)
    except ValueError:  # more digits than Python reads as a number
        return math.inf
    return float(text.replace(".", "", 1)) if _SPECIAL.fullmatch(text) else text


def _syntax(error: yaml.YAMLError, builder: _Builder) -> Diagnostic:
    """The parser's complaint, with what to do about the usual ones."""
    if isinstance(error, yaml.reader.ReaderError):
        return _unprintable(error, builder)
    mark, lines = getattr(error, "problem_mark", None), builder.lines
    problem = getattr(error, "problem", None) or str(error)
    line, column = builder.place(mark) if mark else (0, 0)
    if line >= len(lines) or not "".join(lines[line:])[column:].strip():
        # The end of the file is where it was noticed; what was left open is the place.
        context = getattr(error, "context_mark", None)
        line, column = builder.place(context) if context else (line, column)
    shown = lines[line] if line < len(lines) else ""
    span = Span(builder.file, min(line, len(lines) - 1) + 1, min(column, len(shown)) + 1)
    problem, help = _in_plain_words(problem, shown)
    return codes.YAML_SYNTAX.at(span, f"not YAML: {problem}", help=help)


def _unprintable(error: Any, builder: _Builder) -> Diagnostic:
    """A character that YAML does not allow; where it is, is looked up in the text itself."""
    found = _UNPRINTABLE.search(builder.text)
    before = builder.text[: found.start()] if found else ""
    line = before.count("\n")
    span = Span(builder.file, line + 1, len(before) - (before.rfind("\n") + 1) + 1)
    character = f"U+{ord(found[0]):04X}" if found else "a control character"
    message = f"not YAML: {character} may not stand in a YAML file as it is"
    return codes.YAML_SYNTAX.at(span, message, help='remove it, or write it as an escape in "…"')


_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|\ufeff"
)
_INDENTATION: Final = "check the indentation: keys of one mapping stand in one column"
_COMMAS: Final = "a list ends with `]`, a mapping with `}`, and a comma stands between items"
_PLAIN_WORDS: Final = (
    (
        "mapping values are not allowed",
        "a `:` that cannot stand here",
        "a text that holds `: ` stands in quotes; and check the indentation",
    ),
    (
        "cannot start any token",
        "a value cannot begin with this character",
        "a text that begins with it stands in quotes",
    ),
    ("',' or", "this list or mapping is not closed", _COMMAS),
    ("unexpected end of stream", "this quoted text is not closed", "end it with the same quote"),
    ("expected ':'", "a key without its `:`", "write `key: value`, with a space after the `:`"),
    ("expected key", "this line fits no mapping above it", _INDENTATION),
    ("'-' indicator", "this line fits no list above it", "items of one list stand in one column"),
    ("block end", "this line fits nothing above it", _INDENTATION),
    (
        "Unicode character escape",
        "this escape is half a character",
        "write the character itself",
    ),
    ("escape character", "no such escape", "in \"…\" a backslash is written \\\\; in '…' as it is"),
)
"""What the parser says, what that means, and what to do."""


def _in_plain_words(problem: str, line: str) -> tuple[str, str | None]:
    """The parser's complaint about ``line`` for somebody who does not write parsers."""
    found = ((plain, help) for words, plain, help in _PLAIN_WORDS if words in problem)
    plain, help = next(found, (problem, None))
    if "\\t" in problem or "\t" in line[: len(line) - len(line.lstrip())]:
        return plain, "indent with spaces, not tabs"
    return plain, help
