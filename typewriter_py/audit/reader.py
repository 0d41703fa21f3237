"""One file of Python into ``Facts``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from . import summary as s
from .expressions import GAP, Bound, Kind, Meanings, Scope
from .sdks import CALLS, EVENT_POSITION, is_hint
from .source import Columns, Source, parse, words_in
from .visitor import Noted, Visitor

_LONGEST_CONSTANT: Final = 120
_POSITIONS: Final = 4
"""An event's name is among the first arguments of whatever sends it."""


def read(data: bytes, interest: s.Interest) -> s.Facts:
    """The facts of a file's bytes.  Raises nothing: what does not parse is a ``problem``."""
    source = parse(data)
    facts = s.Facts(problem=source.problem)
    if source.tree is not None:
        reader = _Reader(source, interest, facts)
        try:
            reader.run(source.tree)
        except RecursionError:
            source.everything()
        reader.binder.forget()
    for word, line, column in words_in(source, interest.functions):
        facts.uses.append(s.Use(s.WORD + word, line, column, len(word), s.REFERRED))
    return facts


class _Reader:
    def __init__(self, source: Source, interest: s.Interest, facts: s.Facts) -> None:
        self.facts = facts
        self.interest = interest
        self.columns = Columns(source.text)
        self.binder = Visitor()
        self.meanings = Meanings(self.binder.stars)

    def run(self, tree: ast.Module) -> None:
        binder, facts = self.binder, self.facts
        binder.visit(tree, binder.module)
        facts.stars = binder.stars
        senders = set()
        for noted in binder.noted:
            for use in self._uses(noted):
                facts.uses.append(use)
                if any(path[0] == s.PARAMETER for paths in use.args.values() for path in paths):
                    senders.add(use.where)
        for node, text in binder.texts:
            *module, name = text.replace(":", ".").split(".")
            path = ".".join([*module, name])
            if name in self.interest.functions or path in self.interest.packages:
                path = path if module else s.TEXT + name
                facts.uses.append(self._use(node, path, s.REFERRED))
        for scope in binder.scopes:
            if scope.path in senders:
                facts.parameters[scope.path.removeprefix("@.")] = scope.parameters
        for scope in binder.scopes[1:]:
            facts.exports[scope.path.removeprefix("@.")] = []
        for name, paths in self._exports():
            if paths:
                known = facts.exports.setdefault(name, [])
                known += [path for path in paths if path not in known]

    # --- uses ---

    def _uses(self, noted: Noted) -> Iterator[s.Use]:
        for path in self.meanings.of(noted.node, noted.scope) or _by_name(noted.node):
            if not self._matters(path):
                continue
            args = self._arguments(noted) if noted.call else {}
            if path[0] == s.OWN and not any(args.values()) and not self._interesting(path):
                continue
            function = noted.scope.function()
            where = function.path if function else ""
            yield self._use(noted.node, path, noted.kind, args, where)

    def _use(
        self,
        node: ast.expr,
        path: str,
        kind: int,
        args: dict[str, Sequence[str]] | None = None,
        where: str = "",
    ) -> s.Use:
        line, column, length = self.columns.place(node)
        return s.Use(path, line, column, length, kind, args or {}, where)

    def _matters(self, path: str) -> bool:
        """Whether other files could tell more of it, or it is of interest as it is."""
        if path[0] in (s.TEXT, s.PATTERN):
            return False
        if path[0] in (s.UNBOUND, s.PARAMETER) or ("()" in path and self.interest.is_foreign(path)):
            *holders, last = s.steps(path.lstrip(s.UNBOUND + s.PARAMETER))
            if last in self.interest.functions:
                return True
            return last in CALLS and any(is_hint(holder) for holder in holders)
        return not self.interest.is_foreign(path)

    def _interesting(self, path: str) -> bool:
        names = s.steps(path)
        return GAP in "".join(names[1:2]) or not (CALLS | self.interest.functions).isdisjoint(names)

    def _arguments(self, noted: Noted) -> dict[str, Sequence[str]]:
        call, scope = noted.call, noted.scope
        assert call is not None
        found: dict[str, Sequence[str]] = {}
        for index, arg in enumerate(call.args[noted.skipped : noted.skipped + _POSITIONS]):
            if isinstance(arg, ast.Starred):
                break
            self._argument(str(index), arg, scope, found)
        for keyword in call.keywords:
            if keyword.arg is not None:
                self._argument(keyword.arg, keyword.value, scope, found)
            elif isinstance(keyword.value, ast.Dict):  # **{"event": "…"}
                for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        self._argument(key.value, value, scope, found)
        return found

    def _argument(
        self, name: str, node: ast.expr, scope: Scope, found: dict[str, Sequence[str]]
    ) -> None:
        paths = [path for path in self.meanings.of(node, scope) if self._may_be_text(path)]
        if paths or (name == str(EVENT_POSITION) and not isinstance(node, ast.Dict)):
            found[name] = paths  # that there is one is worth knowing, too

    def _may_be_text(self, path: str) -> bool:
        if path[0] in (s.TEXT, s.PATTERN, s.PARAMETER):
            return path[0] != s.PARAMETER or path[1:].isidentifier()
        if path[0] in (s.UNBOUND, s.WORD) or path.endswith("()"):
            return False
        if "()" in path and path[0] != s.OWN:
            return False
        return not self.interest.is_foreign(path)

    # --- exports ---

    def _exports(self) -> Iterator[tuple[str, list[str]]]:
        for scope in self.binder.scopes:
            name = scope.path.removeprefix(s.OWN).removeprefix(".")
            if scope.kind is Kind.FUNCTION:
                given = self._given(scope.returns)
                yield (name if scope.property else f"{name}()"), given
                continue
            yield f"{name}<", self._given(scope.bases)
            prefix = f"{name}." if name else ""
            for each, meanings in scope.names.items():
                yield prefix + each, self._given(meanings, own=f"{s.OWN}.{prefix}{each}")
                yield f"{prefix}{each}[]", self._elements(meanings)

    def _given(self, meanings: Sequence[str | Bound], own: str = "") -> list[str]:
        found: dict[str, None] = {}
        for meaning in meanings:
            paths = (meaning,) if isinstance(meaning, str) else self.meanings.bound(meaning)
            found.update(dict.fromkeys(path for path in paths if self._worth(path)))
        found.pop(own, None)
        return list(found)

    def _elements(self, meanings: Sequence[str | Bound]) -> list[str]:
        found: dict[str, None] = {}
        for meaning in meanings:
            if isinstance(meaning, Bound) and isinstance(
                meaning.expression, ast.Dict | ast.List | ast.Tuple | ast.Set
            ):
                paths = self.meanings.elements(meaning.expression, meaning.scope)
                found.update(dict.fromkeys(path for path in paths if self._worth(path)))
        return list(found)

    def _worth(self, path: str) -> bool:
        """Whether an exported name that means this may lead somewhere."""
        if path[0] == s.TEXT:
            return len(path) <= _LONGEST_CONSTANT and "\n" not in path
        if path[0] in (s.UNBOUND, s.PARAMETER, s.PATTERN, s.WORD):
            return False
        return not self.interest.is_foreign(path)


def _by_name(node: ast.expr) -> Iterator[str]:
    """What is left of a chain that leads nowhere: its names."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    if names:
        yield s.UNBOUND + ".".join(reversed([*names, getattr(node, "id", "_")]))
