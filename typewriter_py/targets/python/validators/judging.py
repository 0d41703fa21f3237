"""Checks of any value as lines of code, with functions for what has parts."""

from __future__ import annotations

from collections.abc import Mapping
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
    Property,
    Ref,
    String,
    Type,
    Union,
    Value,
)
from ....plan.references import reachable
from ..literals import exploded, text
from . import scalars
from .alternatives import number_test, type_name, wrong_type_test
from .lines import Line, branch, call, only_when, tuple_of
from .module import ANY_VALUE, Module, words_of
from .personal import Personal
from .places import Place


class Judge:
    """Writes checks into ``module``, and into it the functions that they call."""

    def __init__(self, module: Module, definitions: Mapping[str, Definition]) -> None:
        self._module = module
        self._definitions = definitions
        self._personal = Personal(definitions)
        self._functions: dict[str, str] = {}

    # --- one place ----------------------------------------------------------------------

    def value(self, value: Value, place: Place) -> list[Line]:
        """Lines that judge what may stand in ``place``, null included."""
        given, type_ = place.variable, value.type
        if not value.nullable:
            return self.type(type_, place)
        if isinstance(type_, Union) and not type_.members:
            wrong = call(f"{self._teller(type_, place)}.wrong_type", place.path, given, '"null"')
            return branch(f"if {given} is not None", [wrong])
        if isinstance(type_, AnyType):
            return []
        lines = self.type(type_, place.or_null())
        return only_when(f"{given} is not None", lines)

    def type(self, type_: Type, place: Place) -> list[Line]:
        """Lines that judge a value which is not null, or where null is wrong."""
        teller = self._teller(type_, place)
        match type_:
            case AnyType():
                wrong = scalars.wrong_type(place, teller, "any value but null")
                return branch(f"if {place.variable} is None", [wrong])
            case Boolean():
                return scalars.boolean(place, teller)
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
                return [self._judged_by(self._definition(name), place)]
            case _:
                assert_never(type_)

    def _teller(self, type_: Type, place: Place) -> str:
        hidden = place.private or self._personal.within(type_)
        return "report.private" if hidden else "report"

    def _judged_by(self, function: str, place: Place) -> Line:
        return call(function, place.variable, place.path, place.report)

    # --- arrays ---------------------------------------------------------------------------

    def _array(self, type_: Array, place: Place) -> list[Line]:
        if place.looped:
            return [self._judged_by(self._function(type_, place.alone("item")), place)]
        self._module.uses("is_array")
        wrong = scalars.wrong_type(place, self._teller(type_, place), "array")
        lines = branch(f"if not is_array({place.variable})", [wrong])
        tests = self._array_tests(type_, place)
        items = self.value(type_.items, place.item())
        if not items:
            return lines + [line for test, what in tests for line in branch(f"elif {test}", [what])]
        inside = [line for test, what in tests for line in branch(f"if {test}", [what])]
        return [
            *lines,
            *branch("else", [*inside, *_loop(place.variable, items)]),
        ]

    def _array_tests(self, type_: Array, place: Place) -> list[tuple[str, Line]]:
        given, tests = place.variable, []
        for sign, bound, words in (
            ("<", type_.min_items, "at least"),
            (">", type_.max_items, "at most"),
        ):
            if bound is not None:
                limit = f"have {words} {scalars.counted(bound, 'item')}"
                tests.append((f"len({given}) {sign} {bound}", self._range(type_, place, limit)))
        if type_.unique_items:
            self._module.uses("unique")
            tests.append((f"not unique({given})", self._range(type_, place, "not repeat an item")))
        return tests

    def _range(self, type_: Type, place: Place, limit: str) -> Line:
        teller = self._teller(type_, place)
        return call(f"{teller}.out_of_range", place.path, place.variable, text(limit))

    # --- objects --------------------------------------------------------------------------

    def _object(self, type_: Object, place: Place) -> list[Line]:
        if type_ != OPEN:
            return [self._judged_by(self._function(type_, place.alone()), place)]
        self._module.uses("is_object")
        wrong = scalars.wrong_type(place, self._teller(type_, place), "object")
        return branch(f"if not is_object({place.variable})", [wrong])

    def members(self, type_: Object, place: Place) -> list[Line]:
        """Lines that judge the keys and values of an object, known to be one."""
        declared_names = {declared.name for declared in type_.properties}
        lines: list[Line] = []
        keys = ""
        if type_.properties:
            names = exploded("{", (text(each.name) for each in type_.properties), "}")
            keys = self._keys_needed(type_, place, names)
        if type_.additional is None:
            lines += self._no_others(place, keys)
        for declared in type_.properties:
            required = declared.required or declared.name in type_.required
            lines += self._property(declared, required, place)
        for name in type_.required:
            if name not in declared_names:
                lines += branch(f"if {text(name)} not in {place.variable}", [_missing(name, place)])
        lines += self._size(type_, place)
        if type_.additional is not None:
            lines += self._others(type_.additional, place, keys)
        return lines

    def _keys_needed(self, type_: Object, place: Place, names: str) -> str:
        rest = type_.additional
        if rest is not None and rest.nullable and isinstance(rest.type, AnyType):
            return ""
        return self._module.constant(f"{place.stem}__keys", names)

    def _no_others(self, place: Place, keys: str) -> list[Line]:
        given = place.variable
        condition = f"if not {keys}.issuperset({given})" if keys else f"if {given}"
        return branch(condition, [call("report.unplanned", place.path, given, keys or "()")])

    def _property(self, declared: Property, required: bool, place: Place) -> list[Line]:
        name, given = text(declared.name), place.variable
        inner = place.at(name, "value", words_of(declared.name), f".{declared.name}")
        if declared.pii:
            inner = inner.hidden()
        lines = self.value(declared.value, inner)
        if not lines and not required:
            return []
        if not lines:
            return branch(f"if {name} not in {given}", [_missing(declared.name, place)])
        lines = branch(f"if {name} in {given}", [(0, f"value = {given}[{name}]"), *lines])
        if required:
            lines += branch("else", [_missing(declared.name, place)])
        return lines

    def _size(self, type_: Object, place: Place) -> list[Line]:
        lines = []
        for sign, bound, words in (
            ("<", type_.min_properties, "at least"),
            (">", type_.max_properties, "at most"),
        ):
            if bound is not None:
                limit = f"have {words} {scalars.counted(bound, 'property')}"
                violation = self._range(type_, place, limit)
                lines += branch(f"if len({place.variable}) {sign} {bound}", [violation])
        return lines

    def _others(self, additional: Value, place: Place, keys: str) -> list[Line]:
        inner = place.at("key", "value", "others", ".*")
        lines = self.value(additional, inner)
        if not lines:
            return []
        if keys:
            lines = branch(f"if key not in {keys}", lines)
        return branch(f"for key, value in {place.variable}.items()", lines)

    # --- unions ---------------------------------------------------------------------------

    def _union(self, type_: Union, place: Place) -> list[Line]:
        teller, given = self._teller(type_, place), place.variable
        if not type_.members:
            nothing = text("nothing: no value is allowed")
            return [call(f"{teller}.no_match", place.path, given, nothing)]
        test = None if type_.exclusive else wrong_type_test(type_.members, given)
        if test is not None:
            return self._one_of_types(type_, place, test)
        options = [self._option(member, place) for member in type_.members]
        check = "matches_one" if type_.exclusive else "matches_any"
        what = text(f"{'exactly one' if type_.exclusive else 'one'} of the alternatives")
        self._module.uses(check)
        return [
            call(f"fits = {check}", given, place.path, place.report, tuple_of(*options)),
            *branch("if not fits", [call(f"{teller}.no_match", place.path, given, what)]),
        ]

    def _one_of_types(self, type_: Union, place: Place, test: str) -> list[Line]:
        if check := number_test(type_.members):
            self._module.uses(check)
        names = [type_name(member) for member in type_.members]
        expected = text(f"[{','.join([*names, 'null'] if place.null else names)}]")
        teller = self._teller(type_, place)
        wrong = call(f"{teller}.wrong_type", place.path, place.variable, expected)
        return branch(f"if {test}", [wrong])

    def _option(self, member: Type, place: Place) -> str:
        """The function that judges one of several alternatives."""
        if isinstance(member, Ref):
            return self._definition(member.name)
        return self._function(member, place.alone(type_name(member)))

    # --- functions ------------------------------------------------------------------------

    def _function(self, type_: Type, place: Place) -> str:
        """The name of a new function that judges ``given``."""
        name = self._module.name(place.stem)
        self._write(name, type_, place)
        return name

    def _definition(self, name: str) -> str:
        """The name of the function that judges what a definition defines."""
        if name not in self._functions:
            function = self._module.name(f"_definition__{words_of(name)}")
            self._functions[name] = function
            place = Place("given", ("*path",), function, f"definitions.{name}")
            type_ = self._definitions[name].value.type
            recursive = name in reachable(type_, self._definitions)
            self._write(function, type_, place, recursive)
        return self._functions[name]

    def _write(self, name: str, type_: Type, place: Place, recursive: bool = False) -> None:
        self._module.begin()
        self._module.uses("Path", "Report")
        body: list[Line] = []
        if recursive:
            teller = self._teller(type_, place)
            body += branch(f"if {teller}.too_deep(path, given)", [(0, "return")])
        if isinstance(type_, Object) and type_ != OPEN:
            body += self._whole_object(type_, place)
        else:
            body += self.type(type_, place)
        self._module.end(name, ANY_VALUE, place.title, body)

    def _whole_object(self, type_: Object, place: Place) -> list[Line]:
        self._module.uses("is_object")
        wrong = scalars.wrong_type(place, self._teller(type_, place), "object")
        inside = self.members(type_, place)
        leave: list[Line] = [(0, "return")] if inside else []
        return [*branch(f"if not is_object({place.variable})", [wrong, *leave]), *inside]


def _missing(name: str, place: Place) -> Line:
    return call("report.missing", place.at(text(name), "", "", "").path)


def _loop(given: str, items: list[Line]) -> list[Line]:
    return branch(f"for index, item in enumerate({given})", items)
