"""The rule for values that fit one of several rules."""

# A value may be anything, so the contents of dicts and lists have unknown types.
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .base import Check, Rule, Test
from .containers import Array, Personal
from .definitions import Ref
from .json_types import is_plain
from .objects import Object
from .report import Path, Report
from .scalars import NOTHING, Boolean, Enum, Number, String

if TYPE_CHECKING:
    from .definitions import Definitions


class Alternatives(Rule):
    """At least one of the members; with ``exclusive`` exactly one."""

    __slots__ = ("exclusive", "members")

    name = "union"
    branches = True

    def __init__(self, members: tuple[Rule, ...], exclusive: bool = False) -> None:
        self.members, self.exclusive = members, exclusive

    def parts(self) -> Iterable[Rule]:
        """The members."""
        return self.members

    def compile(self, definitions: Definitions) -> Check:
        """Compile the rule to a function."""
        checks = [each.check(definitions) for each in self.members]
        tag, tagged = _tagged(self.members, definitions)
        if tag:
            return self._by_tag(tag, tagged, definitions)
        deep = any(check.deep for check in checks)
        checks.sort(key=lambda check: check.deep)  # simple ones are tried first
        tests = [check.as_deep() if deep else check.test for check in checks]
        if self.exclusive:
            return Check(_one_fits(tests), deep=deep)
        exact = next((check.exact for check in checks if check.exact), None)
        return Check(_any_fits(tests), exact, deep)

    def _by_tag(
        self, tag: str, tagged: dict[str, Rule], definitions: Definitions
    ) -> Check:
        """Compile to a function that checks an object against the member with its tag."""
        objects = {id(each) for each in tagged.values()}
        rest = tuple(each for each in self.members if id(each) not in objects)
        others = Alternatives(rest, self.exclusive).check(definitions)
        checks = {value: each.check(definitions) for value, each in tagged.items()}
        deep = others.deep or any(each.deep for each in checks.values())
        tests = {
            value: each.as_deep() if deep else each.test
            for value, each in checks.items()
        }
        other = others.as_deep() if deep else others.test

        def test(value: Any, *more: Any) -> bool:
            if not isinstance(value, dict):
                return other(value, *more)
            kind = value.get(tag)
            fits = tests.get(kind) if isinstance(kind, str) else None
            return fits is not None and fits(value, *more)

        return Check(test, deep=deep)

    def reject(self, value: Any, path: Path, report: Report, null: bool) -> None:
        """Report the types if alternatives only differ in type, else that none fits."""
        if not self.members and null:
            report.wrong_type(path, value, "null")
        elif not self.members:
            report.no_match(NOTHING, path, value)
        elif not self.exclusive and all(map(_is_type, self.members)):
            names = [each.name for each in self.members]
            listed = ",".join([*names, "null"] if null else names)
            report.wrong_type(path, value, f"[{listed}]")
        else:
            how = "exactly one" if self.exclusive else "one"
            report.no_match(f"{how} of the alternatives", path, value)


def _any_fits(tests: list[Test]) -> Test:
    def test(value: Any, *more: Any) -> bool:
        for fits in tests:
            if fits(value, *more):
                return True
        return False

    return test


def _one_fits(tests: list[Test]) -> Test:
    """Only a plain value can fit: the JSON of another might fit a rule it does not."""

    def test(value: Any, *more: Any) -> bool:
        found = False
        for fits in tests:
            if fits(value, *more):
                if found:
                    return False
                found = True
        return found and is_plain(value, *more[1:])

    return test


def _is_type(rule: Rule) -> bool:
    """Whether all values of a JSON type fit."""
    if isinstance(rule, Array):
        limits = rule.min_items, rule.max_items, rule.unique_items
        return rule.holds_anything and limits == (None, None, False)
    if isinstance(rule, Object):
        return rule.is_open
    if isinstance(rule, Number):
        return rule.is_unlimited
    if isinstance(rule, String):
        return rule.is_unlimited and rule.format is None
    return isinstance(rule, Boolean)


def _tagged(
    members: tuple[Rule, ...], definitions: Definitions
) -> tuple[str, dict[str, Rule]]:
    """A required property whose string distinguishes the objects, and the rule for each
    string; "" if there is none."""
    tags: list[tuple[Rule, dict[str, frozenset[str]]]] = []
    for member in members:
        rule = _resolved(member, definitions)
        if isinstance(rule, Object):
            tags.append((member, _tags(rule, definitions)))
        elif not isinstance(rule, (Array, Boolean, Enum, Number, String)):
            return "", {}  # may itself be one of several rules, including objects
        elif isinstance(rule, Enum) and dict in rule.kinds:
            return "", {}
    if len(tags) < 2:
        return "", {}
    for name in tags[0][1]:
        if all(name in each for _, each in tags):
            table = {value: member for member, each in tags for value in each[name]}
            if len(table) == sum(len(each[name]) for _, each in tags):
                return name, table
    return "", {}


def _tags(rule: Object, definitions: Definitions) -> dict[str, frozenset[str]]:
    """The required properties whose values are enums of strings."""
    found: dict[str, frozenset[str]] = {}
    for key in rule.required:
        each = rule.properties.get(key)
        each = _resolved(each, definitions) if each is not None else None
        if isinstance(each, Enum) and each.kinds == {str}:
            found[key] = frozenset(each.values)
    return found


def _resolved(rule: Rule, definitions: Definitions) -> Rule:
    while isinstance(rule, (Personal, Ref)):
        rule = definitions.rule(rule.of) if isinstance(rule, Ref) else rule.rule
    return rule
