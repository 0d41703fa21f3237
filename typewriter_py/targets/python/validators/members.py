"""Checks of the keys and values of objects, as lines of code."""

from __future__ import annotations

from collections.abc import Callable

from ....plan.model import AnyType, Boolean, Enum, Number, Object, Property, String, Type, Value
from ...digests import identity
from ..literals import text
from .lines import Line, branch, call, collected, fits, only_when
from .module import Module, upper, words_of
from .places import Place
from .scalars import Check, counted
from .splitting import split


class Members:
    """Writes checks of what is in objects into ``module``; ``check`` says how to judge it."""

    def __init__(self, module: Module, check: Callable[[Type, Place], Check]) -> None:
        self._module = module
        self._check = check
        self._known: dict[tuple[object, ...], list[Line]] = {}
        self._told: dict[int, tuple[str, bool]] = {}  # by identity: properties share values

    def of_message(
        self, shape: Object, name: str, top: tuple[str, ...]
    ) -> tuple[list[list[Line]], str]:
        """Bodies that judge ``given``, the body of a message, and a constant for them."""
        keys, constant = self._keys(shape, name, sort=False)
        first = self._no_others(keys) if shape.additional is None else []
        inside = self._inside(shape, Place(words_of(name), top=top), "report", keys)
        bodies = split([first, *inside])
        for body in bodies:
            if any("path" in line.arguments for _, line in body if not isinstance(line, str)):
                path = f"({top[0]},)" if top else "()"
                body.insert(0, (0, f"path = {path}"))
        return bodies, constant

    def of_object(
        self, shape: Object, name: str, place: Place, teller: str
    ) -> tuple[list[list[Line]], str]:
        """Bodies that judge ``given``, whatever it is, and a constant for them."""
        keys, constant = self._keys(shape, name, sort=place.shared)
        rest = self._inside(shape, place, teller, keys)
        if shape.additional is None and keys and teller == "report":
            self._module.uses("is_object_of")
            guard = f"is_object_of(given, {keys}, path, report)"
            if not rest:
                return [[(0, guard)]], constant
            return split([branch(f"if not {guard}", [(0, "return")]), *rest]), constant
        self._module.uses("is_object")
        if shape.additional is None:
            rest = [self._no_others(keys), *rest]
        wrong = place.violation(teller, "expected", '"object"')
        leave: list[Line] = [(0, "return")] if rest else []
        return split([branch("if not is_object(given)", [wrong, *leave]), *rest]), constant

    def _keys(self, shape: Object, name: str, sort: bool) -> tuple[str, str]:
        """The name of the set of declared keys, and the statement that makes it."""
        rest = shape.additional
        if not shape.properties or (
            rest is not None and rest.nullable and isinstance(rest.type, AnyType)
        ):
            return "", ""
        keys = upper(name if name.startswith("_") else f"_{name}")
        keys = self._module.name(keys)
        names = [text(each.name) for each in shape.properties]
        return keys, collected(f"{keys} = {{", sorted(names) if sort else names, "}")

    def _no_others(self, keys: str) -> list[Line]:
        condition = f"if not {keys}.issuperset(given)" if keys else "if given"
        return branch(condition, [call("report.unplanned", keys or "()", "path", "given")])

    def _inside(self, shape: Object, place: Place, teller: str, keys: str) -> list[list[Line]]:
        """Lines for each property, then for what is said of all of them."""
        groups: list[list[Line]] = []
        declared = shape.properties
        if place.shared:
            declared = tuple(sorted(declared, key=lambda each: each.name))
        for each in declared:
            required = each.required or each.name in shape.required
            groups.append(self._known_property(each, required, place))
        names = {each.name for each in declared} if shape.required else ()
        for name in shape.required:
            if name not in names:
                groups.append(branch(f"if {text(name)} not in given", [_missing(name)]))
        groups.append(_size(shape, place, teller))
        if shape.additional is not None:
            groups.append(self._others(shape.additional, place, keys))
        return [group for group in groups if group]

    def _known_property(self, declared: Property, required: bool, place: Place) -> list[Line]:
        """As ``_property``, which for the same place and plain type gives the same lines."""
        value = declared.value
        if not isinstance(value.type, (Boolean, Enum, Number, String)):
            return self._property(declared, required, place)
        told = self._told.get(id(value))
        if told is None:
            told = self._told[id(value)] = (identity(value.type), value.nullable)
        key = (declared.name, told, declared.pii, required, place.top)
        lines = self._known.get(key)
        if lines is None:
            lines = self._known[key] = self._property(declared, required, place)
        return lines

    def _property(self, declared: Property, required: bool, place: Place) -> list[Line]:
        value, name = declared.value, text(declared.name)
        inner = place.at(name, words_of(declared.name), declared.pii is True)
        if value.nullable and isinstance(value.type, AnyType):
            return branch(f"if {name} not in given", [_missing(declared.name)]) if required else []
        if value.nullable:
            check = self._check(value.type, inner.or_null())
            if check.passes == "None":
                if not required:
                    return _judged(check, f"given.get({name})")
                return _if_there(name, _judged(check, f"given[{name}]"), required, declared)
            lines = only_when("value is not None", check.lines("value"))
            if not required:
                return [(0, f"value = given.get({name})"), *lines]
            return _if_there(name, [(0, f"value = given[{name}]"), *lines], required, declared)
        check = self._check(value.type, inner)
        if required and check.tells_missing:
            return _judged(check, f"given.get({name})")
        if not required and check.passes:
            return _judged(check, f"given.get({name}, {check.passes})")
        lines = _judged(check, f"given[{name}]")
        return _if_there(name, lines, required, declared)

    def _others(self, additional: Value, place: Place, keys: str) -> list[Line]:
        inner = place.at("key", f"{place.word}_others")
        nullable = additional.nullable
        if nullable and isinstance(additional.type, AnyType):
            return []
        inner = inner.or_null() if nullable else inner
        check = self._check(additional.type, inner)
        lines = check.lines("value")
        if nullable and check.passes != "None":
            lines = only_when("value is not None", lines)
        if keys:
            lines = branch(f"if key not in {keys}", lines)
        return branch("for key, value in given.items()", lines)


def _judged(check: Check, given: str) -> list[Line]:
    """The check of an expression, which is put into a variable unless it fits where it stands."""
    if check.once:
        lines = check.lines(given)
        if all(not isinstance(line, str) or fits(line, 4 + 4 * depth) for depth, line in lines):
            return lines
    return [(0, f"value = {given}"), *check.lines("value")]


def _if_there(name: str, lines: list[Line], required: bool, declared: Property) -> list[Line]:
    if required:
        missing = branch("else", [_missing(declared.name)])
        return [*branch(f"if {name} in given", lines), *missing]
    return only_when(f"{name} in given", lines)


def _missing(name: str) -> Line:
    return call("report.missing", "path", text(name))


def _size(type_: Object, place: Place, teller: str) -> list[Line]:
    lines = []
    for sign, bound, words in (
        ("<", type_.min_properties, "at least"),
        (">", type_.max_properties, "at most"),
    ):
        if bound is not None:
            limit = text(f"have {words} {counted(bound, 'property')}")
            violation = place.violation(teller, "out_of_range", limit)
            lines += branch(f"if len(given) {sign} {bound}", [violation])
    return lines
