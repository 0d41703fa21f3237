"""``validators.ts``: straight-line checks of every message that the plan describes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, assert_never

from ...names import camel, snake, words
from ...output import File
from ...plan import model as m
from ...plan.model import Event, Plan
from ...plan.patterns.backtracking import max_matched
from ...plan.queries import references
from ...plan.values import FORMATS
from ...util import on_cycles
from ..analysis import Personal, digest, identity
from ..naming import Names
from ..rendering import Templates
from .layout import SOFT, WIDTH, Doc, Group, Indent, bracketed, printed
from .literals import comment, number, prose, scalar, text
from .numbers import at_least, at_most

_SAME: Final = ("checks.ts", "formats.ts", "message.ts", "validation.ts", "values.ts")


def render_validators(plan: Plan, names: Names, templates: Templates) -> Iterator[File]:
    """The checks of a plan, and the modules that they use, without headers."""
    yield templates.render("validators.ts", view=_Validators(plan, names).view())
    yield from map(templates.plain_file, _SAME)


_TYPES: Final[tuple[tuple[m.Type, str], ...]] = (
    (m.String(), "string"),
    (m.Boolean(), "boolean"),
    (m.Array(m.ANYTHING), "array"),
    (m.OPEN, "object"),
    (m.Number(), "number"),
    (m.Number(integer=True), "integer"),
)
"""Types without constraints, and JSON's names for them."""

_LONGEST: Final = 24  # of a plan's name in one of ours, which also has a digest
_COMMON: Final = "everyMessage"
"""The check of any message; those of events begin with an underscore, so none has this name."""


class Case(NamedTuple):
    """The checks of one event name: ``plain``, and those of versions that have others."""

    event: str
    versions: list[tuple[int, str]]
    plain: str


class _Validators:
    """Writes the checks of a plan.

    ``_shared`` are the functions that several checks call, by name, ``_used`` the definitions
    that any check needs.
    """

    def __init__(self, plan: Plan, names: Names) -> None:
        self._plan = plan
        self._names = names
        self._personal = Personal(plan)
        self._shared: dict[str, str] = {}
        self._used: set[str] = set()
        self._todo: list[str] = []  # those, in order

    def view(self) -> dict[str, object]:
        """What the template prints; functions that others call come first."""
        planned = self._plan.calls.items()
        calls = {name: self._message(f"_{name}", call.properties) for name, call in planned}
        events = [self._event(event) for event in self._plan.events]
        common = self._message(_COMMON, self._plan.common) if self._plan.common else ""
        definitions = [*self._definitions()]
        shared = [self._shared[name] for name in sorted(self._shared)]
        functions = [*shared, *definitions, *calls.values(), *events, common]
        return {
            "functions": [*filter(None, functions)],
            "cases": [*self._cases(events)],
            "calls": [(text(name), f"_{name}") for name, source in calls.items() if source],
            "common": _COMMON if common else "undefined",
        }

    def _event(self, event: Event) -> str:
        doc = comment(prose(event.name))
        return self._message(f"_{self._names.function(event)}", event.properties, doc)

    def _message(self, name: str, shape: m.Object, doc: str = "") -> str:
        """The function that checks the properties or traits of a message, or all of it.

        "" if anything is valid.
        """
        statements = [*self._members(shape)]
        return function(name, statements, doc) if statements else ""

    def _definitions(self) -> Iterator[str]:
        """The functions of the definitions that are used, which may use others in turn."""
        types = {name: each.value.type for name, each in self._plan.definitions.items()}
        recursive = on_cycles({name: {*references(each)} for name, each in types.items()})
        for name in self._todo:  # which grows meanwhile
            guard = ["  if (given.tooDeep()) return;"] if name in recursive else []
            body = self._body(types[name], word_of(name))
            yield function(self._definition(name), [*guard, *body])

    def _cases(self, functions: list[str]) -> Iterator[Case]:
        versions: dict[str, list[tuple[int, str]]] = {}
        plain: dict[str, str] = {}
        without = {event.name for event in self._plan.events if event.version is None}
        for event, source in zip(self._plan.events, functions, strict=True):
            if not source:
                continue
            name = f"_{self._names.function(event)}"
            found = versions.setdefault(event.name, [])
            if event.version is not None:
                found.append((event.version, name))
            if event.version is None or not (event.name in without or event.function):
                plain[event.name] = name  # calls without a version have the event's own name
        for event_name, found in versions.items():
            usual = plain.get(event_name, "undefined")
            yield Case(text(event_name), [each for each in found if each[1] != usual], usual)

    # --- functions --------------------------------------------------------------------------

    def _function(self, value: m.Value, word: str) -> str:
        """The name of a function that checks such values."""
        if isinstance(value.type, m.Ref) and not value.nullable:
            return self._definition(value.type.name)
        marks = identity(value.type) + ("?" if value.nullable else "")
        name = f"_{word[:_LONGEST]}_{digest(marks)}"
        if name not in self._shared:
            self._shared[name] = ""  # reserves it while it is written
            if value.nullable:
                body = [statement(self._calls(value, word))]
            else:
                body = self._body(value.type, word)
            self._shared[name] = function(name, body)
        return name

    def _definition(self, name: str) -> str:
        if name not in self._used:
            self._used.add(name)
            self._todo.append(name)
        return f"_{self._names.definition(name)}"

    def _body(self, type_: m.Type, word: str) -> list[str]:
        if isinstance(type_, m.Object) and type_ != m.OPEN:
            return ["  if (!given.object()) return;", *self._members(type_)]
        return [statement(self._calls(m.Value(type_), word))]

    def _members(self, shape: m.Object) -> Iterator[str]:
        """Statements for the keys of an object."""
        declared = {each.name: text(each.name) for each in shape.properties}
        if shape.additional is None:
            yield statement([Call("only", tuple(declared.values()))])
        for each in shape.properties:
            yield from self._member(each, each.required or each.name in shape.required)
        for name in shape.required:
            if name not in declared:
                yield statement([Call("required", (text(name),))])
        for limit in _limits(shape, "min_properties", "max_properties"):
            yield statement([limit])
        if shape.additional is not None and shape.additional != m.ANYTHING:
            check = self._function(shape.additional, "others")
            yield statement([Call("others", (check, *declared.values()))])

    def _member(self, declared: m.Property, required: bool) -> Iterator[str]:
        calls = self._calls(declared.value, word_of(declared.name))
        if not calls and not required:
            return
        personal = [Call("personal")] if declared.pii and calls else []
        value = Call("required" if required else "optional", (text(declared.name),))
        yield statement([value, *personal, *calls])

    # --- calls ------------------------------------------------------------------------------

    def _calls(self, value: m.Value, word: str) -> list[Call]:
        """The calls that check a value; none if anything is valid."""
        if value == m.ANYTHING:
            return []
        hidden = [Call("hidden")] if self._personal.within(value.type) else []
        or_null = [Call("orNull")] if value.nullable else []
        return [*hidden, *or_null, *self._of(value.type, word)]

    def _of(self, type_: m.Type, word: str) -> Iterator[Call]:
        match type_:
            case m.AnyType():
                yield Call("notNull")
            case m.Boolean():
                yield Call("boolean")
            case m.Number():
                yield from _number(type_)
            case m.String():
                yield from _string(type_)
            case m.Enum():
                yield _enum(type_)
            case m.Array():
                yield Call("array")
                yield from _limits(type_, "min_items", "max_items")
                if type_.unique_items:
                    yield Call("unique")
                if type_.items != m.ANYTHING:
                    yield Call("each", (self._function(type_.items, word),))
            case m.Object() if type_ == m.OPEN:
                yield Call("object")
            case m.Object() | m.Ref():
                yield Call("by", (self._function(m.Value(type_), word),))
            case m.Union():
                yield self._union(type_, word)
            case _:
                assert_never(type_)

    def _union(self, type_: m.Union, word: str) -> Call:
        if not type_.members:
            return Call("nothing")
        plain = [name for each in type_.members for known, name in _TYPES if known == each]
        if not type_.exclusive and len(plain) == len(type_.members):
            return Call("ofType", tuple(map(text, dict.fromkeys(plain))))
        options = tuple(self._function(m.Value(each), word) for each in type_.members)
        return Call("exactlyOneOf" if type_.exclusive else "anyOf", options)


def _limits(type_: m.Type, *names: str) -> Iterator[Call]:
    """Calls for those constraints of a type that it has."""
    for name in names:
        if (limit := getattr(type_, name)) is not None:
            yield Call(camel(words(name)), (number(limit),))


def _number(type_: m.Number) -> Iterator[Call]:
    yield Call("integer" if type_.integer else "number")
    for name, nearest in _NEAREST.items():
        if (bound := getattr(type_, name)) is not None:
            yield Call(camel(words(name)), (number(nearest(bound)),))
    if type_.multiple_of is not None:
        yield Call("multipleOf", (text(str(type_.multiple_of)),))


_NEAREST: Final = {
    "minimum": at_least,
    "exclusive_minimum": at_most,
    "maximum": at_most,
    "exclusive_maximum": at_least,
}
"""What makes a bound one of JavaScript's numbers, so that these satisfy both or neither."""


def _string(type_: m.String) -> Iterator[Call]:
    checked = type_.format if type_.format in FORMATS else None
    limits = [*_limits(type_, "min_length", "max_length")]
    if not checked or type_.patterns or limits:
        yield Call("string")
    yield from limits
    if (most := max_matched(type_.patterns, type_.max_length)) is not None:
        yield Call("maxMatched", (number(most),))
    for pattern in type_.patterns:
        yield Call("pattern", tuple(map(text, dict.fromkeys((pattern, to_javascript(pattern))))))
    if checked:
        yield Call("format", (text(checked),))


def _enum(type_: m.Enum) -> Call:
    if not type_.values:
        return Call("nothing")
    if any(isinstance(value, list | dict) for value in type_.values):
        return Call("oneOfJson", (text(json.dumps([*type_.values])),))
    return Call("oneOf", tuple(dict.fromkeys(map(scalar, type_.values))))


def word_of(name: str) -> str:
    """A plan's name as part of an identifier; ``x`` if it has no letters."""
    word = snake(words(name)) or "x"
    return word if word.isidentifier() else f"x{word}"


# --- statements: chained calls, each made if the last one found no violation --------------------


class Call(NamedTuple):
    """A call of a method of ``Subject``; its arguments are source."""

    method: str
    arguments: tuple[str, ...] = ()


def statement(calls: Sequence[Call]) -> str:
    """``given.required("total")?.number();`` in a function's body."""
    flat = "?.".join([f"{method}({', '.join(arguments)})" for method, arguments in calls])
    line = f"  given.{flat};"
    if line.isascii() and len(line) <= WIDTH:  # as most do: formatting is slower
        return line
    parts = [_call(call, "?." if number else ".") for number, call in enumerate(calls)]
    if len(parts) == 1:
        return "  " + printed(("given", parts[0], ";"), 2)
    inside: tuple[Doc, ...] = tuple((SOFT, part) for part in parts)
    return "  " + printed(Group(("given", Indent(inside), ";")), 2)


def _call(call: Call, link: str) -> Doc:
    return bracketed(f"{link}{call.method}(", call.arguments, ")")


def function(name: str, statements: Sequence[str], doc: str = "") -> str:
    """The declaration of a check."""
    head = f"{doc}\n" if doc else ""
    lines = "\n".join(statements)
    opening = printed(bracketed(f"function {name}(", ["given: Subject"], "): void {"))
    return f"{head}{opening}\n{lines}\n}}"


# --- the plan's regular expressions, as JavaScript spells them ------------------------------------

_TOKEN: Final = re.compile(
    r"\\(?P<escaped>.)|(?P<set>\[(?:\\.|[^\]\\])*\])|\{\d+(?:,\d*)?\}|(?P<literal>[{}\]])|.",
    re.DOTALL,
)
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|/")


def to_javascript(pattern: str) -> str:
    """``pattern`` for ``new RegExp(…, "u")``, which it means anyway: with this flag, JavaScript
    wants no backslash where none is needed, and one before a literal bracket."""
    return _TOKEN.sub(_spelled, pattern)


def _spelled(token: re.Match[str]) -> str:
    if token["set"]:
        return re.sub(r"\\(.)", _in_set, token["set"], flags=re.DOTALL)
    if token["literal"]:
        return f"\\{token[0]}"
    return _escape(token["escaped"], _SYNTAX) if token["escaped"] else token[0]


def _in_set(token: re.Match[str]) -> str:
    return _escape(token[1], _SYNTAX | {"-"})


def _escape(letter: str, syntax: frozenset[str]) -> str:
    return f"\\{letter}" if letter.isalnum() or letter in syntax else letter
