"""The plan's definitions, and the rule that refers to one by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable

from .base import Check, Rule, Test
from .containers import Nullable, Personal
from .json_types import Known
from .report import DEEPEST, Path, Report


class Ref(Rule):
    """A value that fits the definition of that name."""

    __slots__ = ("of",)

    name = "definition"

    def __init__(self, of: str) -> None:
        self.of = of

    def compile(self, definitions: Definitions) -> Check:
        """Compile the definition."""
        return definitions.check(self.of)

    def explain(
        self, value: Any, path: Path, report: Report, null: bool = False
    ) -> None:
        """Report the value's violations of the definition."""
        rule = self._definitions.rule(self.of)
        recursive = self._definitions.is_recursive(self.of)
        if not (recursive and rule.shown(report).too_deep(path, value)):
            rule.explain(value, path, report)


class Definitions:
    """The definitions of a package, each created when it is first needed."""

    def __init__(self, makers: Mapping[str, Callable[[], Rule]]) -> None:
        self._makers = makers
        self._rules: dict[str, Rule] = {}
        self._recursive: dict[str, bool] = {}
        self._checks: dict[str, Check] = {}

    def rule(self, name: str) -> Rule:
        """The definition of that name.  Raises ValueError if it is missing or circular."""
        found = self._rules.get(name)
        if found is None:
            if name not in self._makers:
                known = ", ".join(map(repr, self._makers)) or "none"
                raise ValueError(
                    f"there is no definition {name!r}; the definitions are: {known}"
                )
            found = self._rules[name] = self._makers[name]()
            self._refuse_circle(name)
        return found

    def check(self, name: str) -> Check:
        """The compiled definition."""
        found = self._checks.get(name)
        if found is None:
            rule = self.rule(name)
            if self.is_recursive(name) or self._multiplies(rule):
                found = self._remembering(name, rule)
            else:
                found = rule.check(self)
            self._checks[name] = found
        return found

    def is_recursive(self, name: str) -> bool:
        """Whether a value of the definition can contain others of it."""
        found = self._recursive.get(name)
        if found is None:
            inside = self.reached(self.rule(name))
            found = any(isinstance(each, Ref) and each.of == name for each in inside)
            self._recursive[name] = found
        return found

    def _multiplies(self, rule: Rule) -> bool:
        """Whether it contains alternatives, and a definition that it uses does, too."""
        return any(each.branches for each in self.reached(rule, deeper=False)) and any(
            isinstance(each, Ref) and any(part.branches for part in self.reached(each))
            for each in self.reached(rule)
        )

    def reached(self, rule: Rule, deeper: bool = True) -> Iterator[Rule]:
        """The rule and all its parts, also those in definitions if ``deeper``, each once."""
        ahead, seen = [rule], {id(rule)}
        while ahead:
            each = ahead.pop()
            yield each
            inside = each.parts()
            if deeper and isinstance(each, Ref):
                inside = (self.rule(each.of),)
            for part in inside:
                if id(part) not in seen:
                    seen.add(id(part))
                    ahead.append(part)

    def _remembering(self, name: str, rule: Rule) -> Check:
        """Compile a definition to a function that checks no value twice."""
        body: list[Test] = []

        def deep(value: Any, depth: int, known: Known) -> bool:
            key = name, id(value)
            fits = known.get(key)
            if fits is None:
                if depth > DEEPEST:
                    return False
                known[key] = False  # in case the value contains itself
                fits = known[key] = body[0](value, depth, known)
            return fits

        found = self._checks[name] = Check(deep, deep=True)
        body.append(rule.check(self).as_deep())
        return found

    def _refuse_circle(self, name: str) -> None:
        rule, seen = self._rules[name], {name}
        while isinstance(rule, (Nullable, Personal, Ref)):
            if not isinstance(rule, Ref):
                rule = rule.rule
            elif rule.of in seen:
                raise ValueError(f"the definition {name!r} only refers to itself")
            else:
                seen.add(rule.of)
                rule = self.rule(rule.of)
