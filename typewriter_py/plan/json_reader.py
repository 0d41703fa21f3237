"""JSON text → plain data in which every node remembers where it stands.

The standard library says whether it is JSON; then its tokens are gone through once more, for
their places, which no JSON library gives (RFC 8259).
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from ..diagnostics import Diagnostic, Span
from . import codes, json_syntax
from .document import Document, Map, Mark, Seq
from .reader import MAX_DEPTH

_WORDS: Final = {"true": True, "false": False, "null": None}
_HALVES: Final = re.compile("[\ud800-\udfff]")
_NO_KEY: Final = object()


def read(file: str, text: str) -> Document:
    """The document in ``text``; ``file`` is the name that its spans and diagnostics bear."""
    text = text.removeprefix("\ufeff")
    problem = json_syntax.problem(file, text)
    if problem is not None:
        return Document(file, text, None, (problem,))
    builder = _Builder(file)
    data = builder.build(text)
    return Document(file, text, data, tuple(builder.diagnostics))


class _Builder:
    """Builds the document from its tokens."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.diagnostics: list[Diagnostic] = []
        self._node: Any = Seq((file, 1, 1, 1))  # holds the document, so that nothing has no parent
        self._top = self._node
        self._outer: list[tuple[Any, Any, Mark]] = []
        self._key: Any = _NO_KEY
        self._key_mark: Mark = self._node.mark

    def build(self, text: str) -> Any:
        """The data; None where it is nested too deeply to be a plan."""
        tokens, file = json_syntax.TOKEN.finditer, self._file
        for number, line in enumerate(text.split("\n"), 1):
            for token in tokens(line):
                word, start = token[0], token.start()
                mark = (file, number, start + 1, token.end() - start)
                first = word[0]
                if first == '"':
                    self._text(word, mark)
                elif first in "{[":
                    if len(self._outer) >= MAX_DEPTH:
                        return self._too_deep(mark)
                    self._open(Map(mark) if first == "{" else Seq(mark))
                elif first in "}]":
                    self._close()
                else:
                    self._put(self._scalar(word, mark), mark)
        return self._top[0]

    def _text(self, word: str, mark: Mark) -> None:
        value = word[1:-1]
        if "\\" in value:
            value = json.loads(word)
            if _HALVES.search(value):
                message = "half a character: an escape \\ud800 to \\udfff without its other half"
                help = "fetch it again; what wrote it cut a text in the middle of a character"
                self.diagnostics.append(codes.JSON_SYNTAX.at(Span(*mark), message, help=help))
                value = _HALVES.sub("\ufffd", value)
        if type(self._node) is Map and self._key is _NO_KEY:
            self._key, self._key_mark = value, mark
        else:
            self._put(value, mark)

    def _scalar(self, word: str, mark: Mark) -> Any:
        if word in _WORDS:
            return _WORDS[word]
        if word.lstrip("-").isdigit():
            return int(word)
        value = float(word)
        if math.isinf(value):
            message = f"`{word[:40]}` is greater than any number that programs reckon with"
            self.diagnostics.append(codes.JSON_SYNTAX.at(Span(*mark), message))
            return 0
        return value

    def _open(self, node: Map | Seq) -> None:
        self._outer.append((self._node, self._key, self._key_mark))
        self._node, self._key = node, _NO_KEY

    def _close(self) -> None:
        node = self._node
        self._node, self._key, self._key_mark = self._outer.pop()
        self._put(node, node.mark)

    def _put(self, value: Any, mark: Mark) -> None:
        node = self._node
        if type(node) is Seq:
            node.append(value)
            node.marks.append(mark)
            return
        key, self._key = self._key, _NO_KEY
        if key not in node:
            node[key] = value
            node.marks[key] = (self._key_mark, mark)
            return
        first = (node.key_span(key), "first here")
        message = f"the key `{key}` stands here a second time"
        help = "join the two, or remove one"
        span = Span(*self._key_mark)
        self.diagnostics.append(codes.DUPLICATE_KEY.at(span, message, help=help, related=(first,)))

    def _too_deep(self, mark: Mark) -> None:
        message = f"nested more than {MAX_DEPTH} levels deep"
        help = "give the inner part a name under `definitions`"
        self.diagnostics.append(codes.YAML_TOO_LARGE.at(Span(*mark), message, help=help))
