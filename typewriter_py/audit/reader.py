"""One Python file into ``Facts``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Final

from . import summary as s
from .expressions import GAP, Bound, Paths, Scope, ScopeKind
from .sdks import CALLS, EVENT_POSITION, is_hint
from .source import Columns, Source, parse, words_in
from .visitor import Noted, Visitor

_LONGEST_CONSTANT: Final = 120
_POSITIONS: Final = 4
"""An event's name is among the first arguments of whatever sends it."""


def read(data: bytes, interest: s.Interest) -> s.Facts:
    """The facts of a file's bytes.  Raises nothing: what cannot be parsed is a ``problem``."""
    source = parse(data)
    facts = s.Facts(problem=source.problem)
    if source.tree is not None:
        reader = _Reader(source, interest, facts)
        try:
            reader.run(source.tree)
        except RecursionError:
            source.give_up()
        reader.visitor.forget()
    for word, line, column in words_in(source, interest.functions):
        facts.uses.append(s.Use(s.WORD + word, line, column, len(word), s.REFERRED))
    return facts


class _Reader:
    def __init__(self, source: Source, interest: s.Interest, facts: s.Facts) -> None:
        self.facts = facts
        self.interest = interest
        self.columns = Columns(source.text)
        self.visitor = Visitor()
        self.paths = Paths(self.visitor.stars)

    def run(self, tree: ast.Module) -> None:
        visitor, facts = self.visitor, self.facts
        visitor.visit(tree, visitor.module)
        facts.stars = visitor.stars
        senders = set()
        for noted in visitor.noted:
            for use in self._uses(noted):
                facts.uses.append(use)
                if any(path[0] == s.PARAMETER for paths in use.args.values() for path in paths):
                    senders.add(use.where)
        for node, text in visitor.texts:
            *module, name = text.replace(":", ".").split(".")
            path = ".".join([*module, name])
            if name in self.interest.functions or path in self.interest.packages:
                path = path if module else s.TEXT + name
                facts.uses.append(s.Use(path, *self.columns.span(node), s.REFERRED))
        for scope in visitor.scopes:
            if scope.path in senders:
                facts.parameters[scope.path.removeprefix("@.")] = scope.parameters
        for scope in visitor.scopes[1:]:
            facts.exports[scope.path.removeprefix("@.")] = []
        for name, paths in self._exports():
            if paths:
                known = facts.exports.setdefault(name, [])
                known += [path for path in paths if path not in known]

    # --- uses ---

    def _uses(self, noted: Noted) -> Iterator[s.Use]:
        for path in self.paths.of(noted.node, noted.scope) or _by_name(noted.node):
            if not self._matters(path):
                continue
            args = self._arguments(noted) if noted.call else {}
            if path[0] == s.OWN and not any(args.values()) and not self._interesting(path):
                continue
            function = noted.scope.enclosing(ScopeKind.FUNCTION)
            where = function.path if function else ""
            yield s.Use(path, *self.columns.span(noted.node), noted.kind, args, where)

    def _matters(self, path: str) -> bool:
        """Whether other files could say more about it, or it is of interest on its own."""
        if path[0] in (s.TEXT, s.PATTERN):
            return False
        if path[0] in (s.UNBOUND, s.PARAMETER) or (
            "()" in path and self.interest.is_standard(path)
        ):
            *holders, last = s.steps(path.lstrip(s.UNBOUND + s.PARAMETER))
            if last in self.interest.functions:
                return True
            return last in CALLS and any(is_hint(holder) for holder in holders)
        return not self.interest.is_standard(path)

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
        paths = [path for path in self.paths.of(node, scope) if self._may_be_text(path)]
        if paths or (name == str(EVENT_POSITION) and not isinstance(node, ast.Dict)):
            found[name] = paths  # that there is one is worth knowing too

    def _may_be_text(self, path: str) -> bool:
        if path[0] in (s.TEXT, s.PATTERN, s.PARAMETER):
            return path[0] != s.PARAMETER or path[1:].isidentifier()
        if path[0] in (s.UNBOUND, s.WORD) or path.endswith("()"):
            return False
        if "()" in path and path[0] != s.OWN:
            return False
        return not self.interest.is_standard(path)

    # --- exports ---

    def _exports(self) -> Iterator[tuple[str, list[str]]]:
        for scope in self.visitor.scopes:
            name = scope.path.removeprefix(s.OWN).removeprefix(".")
            if scope.kind is ScopeKind.FUNCTION:
                given = self._given(scope.returns)
                yield (name if scope.property else f"{name}()"), given
                continue
            yield f"{name}<", self._given(scope.bases)
            prefix = f"{name}." if name else ""
            for each, values in scope.names.items():
                yield prefix + each, self._given(values, own=f"{s.OWN}.{prefix}{each}")
                yield f"{prefix}{each}[]", self._elements(values)

    def _given(self, values: Sequence[str | Bound], own: str = "") -> list[str]:
        given = ((v,) if isinstance(v, str) else self.paths.bound(v) for v in values)
        found = dict.fromkeys(path for paths in given for path in paths if self._worth(path))
        found.pop(own, None)
        return list(found)

    def _elements(self, values: Sequence[str | Bound]) -> list[str]:
        displays = ast.Dict | ast.List | ast.Tuple | ast.Set
        given = (
            self.paths.elements(value.expression, value.scope)
            for value in values
            if isinstance(value, Bound) and isinstance(value.expression, displays)
        )
        return list(dict.fromkeys(path for paths in given for path in paths if self._worth(path)))

    def _worth(self, path: str) -> bool:
        """Whether an exported name with this path may lead somewhere."""
        if path[0] == s.TEXT:
            return len(path) <= _LONGEST_CONSTANT and "\n" not in path
        if path[0] in (s.UNBOUND, s.PARAMETER, s.PATTERN, s.WORD):
            return False
        return not self.interest.is_standard(path)


def _by_name(node: ast.expr) -> Iterator[str]:
    """The names of a chain that leads nowhere."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    if names:
        yield s.UNBOUND + ".".join(reversed([*names, getattr(node, "id", "_")]))
