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

    def build(self, text: str) -> Any:
        """The data; None where it is nested too deeply to be a plan."""
        tokens, file = json_syntax.TOKEN.finditer, self._file
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
                        return self._too_deep(mark)
                    outer.append((node, key, key_mark))
                    node, key = Map(mark) if first == "{" else Seq(mark), None
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
                    self._repeated(node, key, key_mark)
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

    def _repeated(self, node: Map, key: str, mark: Mark) -> None:
        first = (node.key_span(key), "first here")
        message = f"the key `{key}` stands here a second time"
        help = "join the two, or remove one"
        span = Span(*mark)
        self.diagnostics.append(codes.DUPLICATE_KEY.at(span, message, help=help, related=(first,)))

    def _too_deep(self, mark: Mark) -> None:
        message = f"nested more than {MAX_DEPTH} levels deep"
        help = "give the inner part a name under `definitions`"
        self.diagnostics.append(codes.YAML_TOO_LARGE.at(Span(*mark), message, help=help))
