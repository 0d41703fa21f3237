"""The rule for objects: their keys, and the rules for their values."""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .base import Check, Rule, Test, counted, or_null, passes
from .containers import Nullable
from .json_types import Known
from .report import Path, Report

if TYPE_CHECKING:
    from .definitions import Definitions

_INFINITY = float("inf")


class Object(Rule):
    """Properties by name, and a rule for other keys, None if they are not allowed.

    ``required`` are keys that must exist, whether declared or not.
    """

    __slots__ = (
        "additional",
        "max_properties",
        "min_properties",
        "properties",
        "required",
    )

    name = "object"

    def __init__(
        self,
        properties: Mapping[str, Rule],
        required: tuple[str, ...],
        additional: Rule | None = None,
        min_properties: int | None = None,
        max_properties: int | None = None,
    ) -> None:
        self.properties = properties
        self.required = required
        self.additional = additional
        self.min_properties = min_properties
        self.max_properties = max_properties

    @property
    def is_open(self) -> bool:
        """Whether every object fits."""
        rest = self.additional
        return (
            isinstance(rest, Nullable)
            and rest.is_anything
            and not (self.properties or self.required)
            and self.min_properties is None
            and self.max_properties is None
        )

    def parts(self) -> Iterable[Rule]:
        """The rules for the values of properties and other keys."""
        rest = () if self.additional is None else (self.additional,)
        return (*self.properties.values(), *rest)

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        checks = {key: rule.check(definitions) for key, rule in self.properties.items()}
        rest = None if self.additional is None else self.additional.check(definitions)
        test = self._closed(checks) if rest is None else self._open(checks, rest)
        deep = {key: each.test for key, each in checks.items() if each.deep}
        rest_deep = rest.test if rest is not None and rest.deep else None
        if deep or rest_deep is not None:
            whole = _with_deep(test, deep, self.properties, rest_deep)
            return Check(whole, deep=True)
        return Check(test)

    def _closed(self, checks: Mapping[str, Check]) -> Test:
        """A test of an object without other keys; deep checks are left out."""
        exact = {key: each.exact for key, each in checks.items()}
        tests = _not_deep(checks)
        required = self.required
        # An object with all declared properties also has the required ones.
        whole = len(tests) if tests.keys() >= set(required) else -1

        def test(given: Any) -> bool:
            if type(given) is not dict and not isinstance(given, dict):
                return False
            if required and len(given) != whole:
                for key in required:
                    if key not in given:
                        return False
            try:
                for key, value in given.items():
                    if exact[key] is not type(value) and not tests[key](value):
                        return False
            except KeyError:  # a key is not declared
                return False
            return True

        return self._sized(test)

    def _open(self, checks: Mapping[str, Check], rest: Check) -> Test:
        """A test of an object with other keys; deep checks are left out."""
        tests = _not_deep(checks)
        required = self.required
        other = None if rest.deep or rest.test is passes else rest.test

        def test(given: Any) -> bool:
            if type(given) is not dict and not isinstance(given, dict):
                return False
            for key in required:
                if key not in given:
                    return False
            for key, fits in tests.items():
                if key in given and not fits(given[key]):
                    return False
            if other is not None:
                for key, value in given.items():
                    if key not in tests and not other(value):
                        return False
            return True

        return self._sized(test)

    def _sized(self, test: Test) -> Test:
        """The test together with the limits of the number of keys, if any."""
        if self.min_properties is None and self.max_properties is None:
            return test
        least = self.min_properties or 0
        most = _INFINITY if self.max_properties is None else self.max_properties
        return lambda given: test(given) and least <= len(given) <= most

    def explain(
        self, value: Any, path: Path, report: Report, null: bool = False
    ) -> None:
        """Report a wrong type, unplanned and missing keys, and what is wrong inside."""
        if not isinstance(value, dict):
            name = or_null("object", null and self.is_open)
            self.shown(report).wrong_type(path, value, name)
            return
        properties = self.properties
        if self.additional is None and not properties.keys() >= value.keys():
            report.unplanned(properties, path, value)
        for key, rule in properties.items():
            if key in value:
                rule.explain_at(value[key], path, key, report)
            elif key in self.required:
                report.missing((*path, key))
        for key in self.required:
            if key not in value and key not in properties:
                report.missing((*path, key))
        for limit in self._broken(value):
            self.shown(report).out_of_range(limit, path, value)
        if self.additional is not None:
            for key in value:
                if key not in properties:
                    step = report.step(key)
                    self.additional.explain_at(value[key], path, step, report)

    def _broken(self, value: Any) -> Iterator[str]:
        if self.min_properties is not None and len(value) < self.min_properties:
            yield f"have at least {counted(self.min_properties, 'property')}"
        if self.max_properties is not None and len(value) > self.max_properties:
            yield f"have at most {counted(self.max_properties, 'property')}"


def _not_deep(checks: Mapping[str, Check]) -> dict[str, Test]:
    return {key: passes if each.deep else each.test for key, each in checks.items()}


def _with_deep(
    test: Test,
    deep: Mapping[str, Test],
    declared: Mapping[str, object],
    rest: Test | None,
) -> Test:
    """A test of the whole object; deep checks come last."""

    def whole(given: Any, depth: int, known: Known) -> bool:
        if not test(given):
            return False
        depth += 1
        for key, fits in deep.items():
            if key in given and not fits(given[key], depth, known):
                return False
        if rest is not None:
            for key, value in given.items():
                if key not in declared and not rest(value, depth, known):
                    return False
        return True

    return whole
