"""Checks of any value as lines of code, with functions for what has parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from ....plan.model import (
    OPEN,
    AnyType,
    Array,
    Boolean,
    Definition,
    Enum,
    Number,
    Object,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from ...digests import identity
from ...personal import Personal
from ..literals import text
from . import scalars
from .alternatives import number_test, type_name, wrong_type_test
from .lines import Line, branch, call, only_when, tuple_of
from .members import Members
from .module import ANY_VALUE, Module
from .places import Place
from .scalars import Check, Test
from .splitting import functions


class Judge:
    """Writes checks into ``module``, and into it the functions that they call.

    ``defined`` are the functions that judge what the plan's definitions define.
    """

    def __init__(
        self,
        module: Module,
        definitions: Mapping[str, Definition],
        defined: Mapping[str, str],
        personal: Personal,
    ) -> None:
        self._module = module
        self._definitions = definitions
        self._defined = defined
        self._personal = personal
        self._members = Members(module, self.check)

    # --- one place ----------------------------------------------------------------------

    def value(self, value: Value, place: Place, variable: str) -> list[Line]:
        """Lines that judge what is in a variable, null included."""
        if not value.nullable:
            return self.check(value.type, place).lines(variable)
        if isinstance(value.type, AnyType):
            return []
        check = self.check(value.type, place.or_null())
        lines = check.lines(variable)
        if check.passes == "None":
            return lines
        return only_when(f"{variable} is not None", lines)

    def check(self, type_: Type, place: Place) -> Check:
        """How to judge a value which is not null, or where null is wrong."""
        teller = self._teller(type_, place)
        match type_:
            case AnyType():
                wrong = place.violation(teller, "expected", text("any value but null"))
                return scalars.when("", " is None", wrong)
            case Boolean():
                return scalars.boolean(self._module, place, teller)
            case Number():
                return scalars.number(self._module, type_, place, teller)
            case String():
                return scalars.string(self._module, type_, place, teller)
            case Enum():
                return scalars.listed(self._module, type_, place, teller)
            case Array():
                return self._array(type_, place)
            case Object():
                return self._object(type_, place)
            case Union():
                return self._union(type_, place)
            case Ref(name):
                return self._judged_by(self._definition(name), place)
            case _:
                assert_never(type_)

    def _teller(self, type_: Type, place: Place) -> str:
        hidden = place.private or self._personal.within(type_)
        return "report.private" if hidden else "report"

    def _judged_by(self, name: str, place: Place) -> Check:
        return Check(lambda x: [call(name, x, place.path, place.report)], tells_missing=False)

    # --- arrays ---------------------------------------------------------------------------

    def _array(self, type_: Array, place: Place) -> Check:
        if place.looped:
            return self._judged_by(self._function(type_, place), place)
        teller = self._teller(type_, place)
        wrong = place.violation(teller, "expected", place.expected("array"))
        tests = self._array_tests(type_, place, teller)
        items = self.value(type_.items, place.item(), "item")
        empty = "()" if not type_.min_items else ""
        judged_by = _only_call(items)
        if judged_by and not tests and teller == place.report and not place.null:
            self._module.uses("each_item")
            arguments = (judged_by, place.path, place.report)
            return Check(lambda x: [call("each_item", x, *arguments)], tells_missing=False)
        self._module.uses("is_array")
        if not items and not tests:
            return scalars.when("not is_array(", ")", wrong, empty)
        if not items:
            return scalars.either("if not is_array({})", wrong, tests, empty)
        return Check(_looping(wrong, tests, items), once=False, passes=empty)

    def _array_tests(self, type_: Array, place: Place, teller: str) -> list[Test]:
        tests = []
        for sign, bound, words in (
            ("<", type_.min_items, "at least"),
            (">", type_.max_items, "at most"),
        ):
            if bound is not None:
                limit = text(f"have {words} {scalars.counted(bound, 'item')}")
                violation = place.violation(teller, "out_of_range", limit)
                tests.append((f"len({{}}) {sign} {bound}", violation))
        if type_.unique_items:
            self._module.uses("unique")
            violation = place.violation(teller, "out_of_range", text("not repeat an item"))
            tests.append(("not unique({})", violation))
        return tests

    # --- objects and alternatives -----------------------------------------------------------

    def _object(self, type_: Object, place: Place) -> Check:
        if type_ != OPEN:
            return self._judged_by(self._function(type_, place), place)
        self._module.uses("is_object")
        teller = self._teller(type_, place)
        wrong = place.violation(teller, "expected", place.expected("object"))
        return scalars.when("not is_object(", ")", wrong)

    def _union(self, type_: Union, place: Place) -> Check:
        teller = self._teller(type_, place)
        if not type_.members:
            nothing = text("nothing: no value is allowed")
            kind, what = ("expected", '"null"') if place.null else ("no_match", nothing)
            never = place.violation(teller, kind, what)
            return Check(lambda _: [never])
        if not type_.exclusive and wrong_type_test(type_.members, ""):
            return self._one_of_types(type_, place, teller)
        options = tuple_of(*[self._option(member, place) for member in type_.members])
        check = "matches_one" if type_.exclusive else "matches_any"
        what = text(f"{'exactly one' if type_.exclusive else 'one'} of the alternatives")
        self._module.uses(check)
        wrong = branch("if not fits", [place.violation(teller, "no_match", what)])
        return Check(
            lambda x: [call(f"fits = {check}", x, place.path, place.report, options), *wrong]
        )

    def _one_of_types(self, type_: Union, place: Place, teller: str) -> Check:
        if test := number_test(type_.members):
            self._module.uses(test)
        names = [type_name(member) for member in type_.members]
        expected = text(f"[{','.join([*names, 'null'] if place.null else names)}]")
        wrong = place.violation(teller, "expected", expected)
        members = type_.members
        return Check(lambda x: branch(f"if {wrong_type_test(members, x)}", [wrong]), once=False)

    def _option(self, member: Type, place: Place) -> str:
        """The function that judges one of several alternatives."""
        if isinstance(member, Ref):
            return self._definition(member.name)
        return self._function(member, place)

    # --- functions ------------------------------------------------------------------------

    def message(self, name: str, shape: Object, top: tuple[str, ...], title: str) -> None:
        """A new function that judges the properties or traits of a message, or all of it."""
        bodies: list[list[Line]] = [[]]
        keys = ""
        if shape != OPEN:
            bodies, keys = self._members.of_message(shape, name, top)
        self._module.uses("Mapping", "Report")
        parameters = ("given: Mapping[str, object]", "report: Report")
        text_ = functions(self._module, name, parameters, bodies, title, keys)
        self._module.functions.append(text_)

    def define(self, name: str, type_: Type, word: str, recursive: bool) -> None:
        """A new function that judges what a definition defines, so called in the plan."""
        place = Place(word)
        guard: list[Line] = []
        if recursive:
            teller = self._teller(type_, place)
            guard = branch(f"if {teller}.too_deep(path, given)", [(0, "return")])
        text_ = self._text(name, type_, place, guard)
        self._module.functions.append(text_)

    def _function(self, type_: Type, place: Place) -> str:
        """The name of a function that judges values of this type."""
        name, is_new = self._module.shape(place.word, identity(type_))
        if is_new:
            self._module.add_shape(name, self._text(name, type_, place.alone(), []))
        return name

    def _text(self, name: str, type_: Type, place: Place, guard: list[Line]) -> str:
        self._module.uses("Path", "Report")
        if isinstance(type_, Object) and type_ != OPEN:
            teller = self._teller(type_, place)
            bodies, keys = self._members.of_object(type_, name, place, teller)
        else:
            bodies, keys = [self.check(type_, place).lines("given")], ""
        bodies[0] = [*guard, *bodies[0]]
        return functions(self._module, name, ANY_VALUE, bodies, constant=keys)

    def _definition(self, name: str) -> str:
        self._module.definitions.add(self._defined[name])
        return self._defined[name]


def _only_call(lines: list[Line]) -> str:
    """The function that judges an item, where that is all there is to do."""
    if len(lines) != 1 or isinstance(lines[0][1], str):
        return ""
    function, arguments = lines[0][1]
    return function if arguments[0] == "item" else ""


def _looping(wrong: Line, tests: list[Test], items: list[Line]) -> Callable[[str], list[Line]]:
    def lines(x: str) -> list[Line]:
        inside: list[Line] = []
        for test, violation in tests:
            inside += branch(f"if {test.replace('{}', x)}", [violation])
        inside += branch(f"for index, item in enumerate({x})", items)
        return [*branch(f"if not is_array({x})", [wrong]), *branch("else", inside)]

    return lines
