"""YAML text → plain data in which every node knows its location, parent and key.

The parser's events are read once, iteratively: that gives positions, duplicate keys, merge
keys and a bound on depth and on alias expansion in a single pass.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, NoReturn

import yaml

from ..diagnostics import Code, Diagnostic, Fix, Span
from ..util import shortened
from . import codes
from .document import Document, Map, Mark, Seq
from .mistakes.yaml_errors import complaint
from .source import Source

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
    message, help = f"duplicate key `{shortened(key)}`", "merge the two, or remove one"
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
            shown = shortened(name)
            help = f"the anchor `&{shown}` must come before its alias `*{shown}`"
            self._stop(codes.YAML_ALIAS, mark, f"there is no anchor `&{shown}`", help)
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
        found = codes.YAML_KEY.at(Span(*mark), message, help=help, fix=Fix(*mark, None))
        self.diagnostics.append(found)
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
        written = shortened(value, _SHOWN)
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
        message = f"the tag `{shortened(event.tag.replace(_CORE, '!!'))}` has no meaning in a plan"
        help = "remove it, or put the value in quotes, if `!` is part of it"
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
