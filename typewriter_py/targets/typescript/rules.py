"""``validators.ts``: straight-line checks of every message that the plan knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, assert_never

from ...names import snake, words
from ...output import File
from ...plan import model as m
from ...plan.model import Event, Plan
from ...plan.queries import reachable
from ...plan.values import FORMATS
from ..analysis import Personal, digest, identity
from ..naming import Names
from ..rendering import Templates
from .layout import SOFT, WIDTH, Doc, Group, Indent, bracketed, printed
from .literals import comment, number, prose, scalar, text

_SAME: Final = ("checks.ts", "formats.ts", "message.ts", "validation.ts", "values.ts")


def render_validators(plan: Plan, names: Names, templates: Templates) -> Iterator[File]:
    """The checks of a plan, and what they are made of, without the headers."""
    yield templates.render("validators.ts", view=Package(plan, names).view())
    for name in _SAME:
        yield templates.plain_file(name)


_TYPES: Final[tuple[tuple[m.Type, str], ...]] = (
    (m.String(), "string"),
    (m.Boolean(), "boolean"),
    (m.Array(m.ANYTHING), "array"),
    (m.OPEN, "object"),
    (m.Number(), "number"),
    (m.Number(integer=True), "integer"),
)
"""Types without constraints, by JSON's names for them."""

_LONGEST: Final = 24  # of a plan's name in one of ours, which has a digest too


class Judge:
    """Writes checks; ``shapes`` are the functions that several of them call, by
    name, ``used`` the definitions that any needs.

    ``defined`` are the functions that judge what the plan's definitions define.
    """

    def __init__(self, defined: Mapping[str, str], personal: Personal) -> None:
        self._defined = defined
        self._personal = personal
        self.shapes: dict[str, str] = {}
        self.used: dict[str, None] = {}

    def message(self, name: str, shape: m.Object, doc: str = "") -> str:
        """The function that judges the properties or traits of a message, or all of it.

        "" where all is right.
        """
        statements = [*self._members(shape)]
        return function(name, statements, doc) if statements else ""

    def define(self, name: str, type_: m.Type, word: str, recursive: bool) -> str:
        """The function that judges what a definition defines."""
        guard = ["  if (given.tooDeep()) return;"] if recursive else []
        return function(name, [*guard, *self._body(type_, word)])

    # --- functions --------------------------------------------------------------------------

    def _function(self, value: m.Value, word: str) -> str:
        """The name of a function that judges such values."""
        if isinstance(value.type, m.Ref) and not value.nullable:
            return self._definition(value.type.name)
        marks = identity(value.type) + ("?" if value.nullable else "")
        name = f"_{word[:_LONGEST]}_{digest(marks)}"
        if name not in self.shapes:
            self.shapes[name] = ""  # it stands for itself while it is written
            if value.nullable:
                body = [statement(self._calls(value, word))]
            else:
                body = self._body(value.type, word)
            self.shapes[name] = function(name, body)
        return name

    def _definition(self, name: str) -> str:
        self.used[name] = None
        return self._defined[name]

    def _body(self, type_: m.Type, word: str) -> list[str]:
        if isinstance(type_, m.Object) and type_ != m.OPEN:
            return ["  if (!given.object()) return;", *self._members(type_)]
        return [statement(self._calls(m.Value(type_), word))]

    def _members(self, shape: m.Object) -> Iterator[str]:
        """Statements for the keys of an object."""
        names = [text(each.name) for each in shape.properties]
        if shape.additional is None:
            yield statement([Call("only", tuple(names))])
        for each in shape.properties:
            yield from self._member(each, each.required or each.name in shape.required)
        declared = {each.name for each in shape.properties}
        for name in shape.required:
            if name not in declared:
                yield statement([Call("required", (text(name),))])
        if shape.min_properties is not None:
            yield statement([Call("minProperties", (str(shape.min_properties),))])
        if shape.max_properties is not None:
            yield statement([Call("maxProperties", (str(shape.max_properties),))])
        if shape.additional not in (None, m.ANYTHING):
            assert shape.additional
            judged_by = self._function(shape.additional, "others")
            yield statement([Call("others", (judged_by, *names))])

    def _member(self, declared: m.Property, required: bool) -> Iterator[str]:
        calls = self._calls(declared.value, word_of(declared.name))
        if not calls and not required:
            return
        private = [Call("personal")] if declared.pii and calls else []
        there = Call("required" if required else "optional", (text(declared.name),))
        yield statement([there, *private, *calls])

    # --- calls ------------------------------------------------------------------------------

    def _calls(self, value: m.Value, word: str) -> list[Call]:
        """How to judge what stands in one place; nothing where anything may."""
        if value == m.ANYTHING:
            return []
        hidden = [Call("hidden")] if self._personal.within(value.type) else []
        or_null = [Call("orNull")] if value.nullable else []
        return [*hidden, *or_null, *self._of(value.type, word)]

    def _of(self, type_: m.Type, word: str) -> list[Call]:
        match type_:
            case m.AnyType():
                return [Call("notNull")]
            case m.Boolean():
                return [Call("boolean")]
            case m.Number():
                return [*_number(type_)]
            case m.String():
                return [*_string(type_)]
            case m.Enum():
                return [_listed(type_)]
            case m.Array():
                return [*self._array(type_, word)]
            case m.Object():
                if type_ == m.OPEN:
                    return [Call("object")]
                return [Call("by", (self._function(m.Value(type_), word),))]
            case m.Union():
                return [self._union(type_, word)]
            case m.Ref(name):
                return [Call("by", (self._definition(name),))]
            case _:
                assert_never(type_)

    def _array(self, type_: m.Array, word: str) -> Iterator[Call]:
        yield Call("array")
        if type_.min_items is not None:
            yield Call("minItems", (str(type_.min_items),))
        if type_.max_items is not None:
            yield Call("maxItems", (str(type_.max_items),))
        if type_.unique_items:
            yield Call("unique")
        if type_.items != m.ANYTHING:
            yield Call("each", (self._function(type_.items, word),))

    def _union(self, type_: m.Union, word: str) -> Call:
        if not type_.members:
            return Call("nothing")
        plain = [name for each in type_.members for known, name in _TYPES if known == each]
        if not type_.exclusive and len(plain) == len(type_.members):
            return Call("ofType", tuple(map(text, dict.fromkeys(plain))))
        options = tuple(self._function(m.Value(each), word) for each in type_.members)
        return Call("exactlyOneOf" if type_.exclusive else "anyOf", options)


def _number(type_: m.Number) -> Iterator[Call]:
    yield Call("integer" if type_.integer else "number")
    bounds = (
        ("minimum", type_.minimum),
        ("exclusiveMinimum", type_.exclusive_minimum),
        ("maximum", type_.maximum),
        ("exclusiveMaximum", type_.exclusive_maximum),
    )
    for method, bound in bounds:
        if bound is not None:
            yield Call(method, (number(bound),))
    if type_.multiple_of is not None:
        yield Call("multipleOf", (text(str(type_.multiple_of)),))


def _string(type_: m.String) -> Iterator[Call]:
    checked = type_.format in FORMATS
    if (
        not checked
        or type_.patterns
        or type_.min_length is not None
        or type_.max_length is not None
    ):
        yield Call("string")
    if type_.min_length is not None:
        yield Call("minLength", (str(type_.min_length),))
    if type_.max_length is not None:
        yield Call("maxLength", (str(type_.max_length),))
    for pattern in type_.patterns:
        yield Call("pattern", tuple(map(text, dict.fromkeys((pattern, to_javascript(pattern))))))
    if checked:
        yield Call("format", (text(type_.format or ""),))


def _listed(type_: m.Enum) -> Call:
    if not type_.values:
        return Call("nothing")
    if any(isinstance(value, list | dict) for value in type_.values):
        return Call("oneOfJson", (text(json.dumps([*type_.values])),))
    return Call("oneOf", tuple(dict.fromkeys(map(scalar, type_.values))))


def word_of(name: str) -> str:
    """A plan's name as part of an identifier; what holds no letter is ``x``."""
    word = snake(words(name)) or "x"
    return word if word.isidentifier() else f"x{word}"


_COMMON: Final = "everyMessage"
"""The check of any message; those of events begin with an underscore, so none has this name."""


@dataclass(frozen=True, slots=True)
class Case:
    """The checks of one event name: ``plain``, and those of versions that have others."""

    event: str
    versions: list[tuple[int, str]] = field(default_factory=list)
    plain: str = "undefined"


@dataclass(frozen=True, slots=True)
class View:
    """What the template prints."""

    functions: list[str]
    cases: list[Case]
    calls: list[tuple[str, str]]
    common: str


class Package:
    """The checks of a plan."""

    def __init__(self, plan: Plan, names: Names) -> None:
        self._plan = plan
        self._names = names
        defined = {name: f"_{names.definition(name)}" for name in plan.definitions}
        self._judge = Judge(defined, Personal(plan))

    def view(self) -> View:
        """The functions, those that others call first."""
        calls = [*self._calls()]
        events = [self._event(event) for event in self._plan.events]
        common = ""
        if self._plan.common is not None:
            common = self._judge.message(_COMMON, self._plan.common)
        definitions = [*self._definitions()]
        shapes = [self._judge.shapes[name] for name in sorted(self._judge.shapes)]
        messages = [text for _, _, text in calls]
        return View(
            [*shapes, *definitions, *filter(None, [*messages, *events, common])],
            [*self._cases(events)],
            [(text(call), name) for call, name, _ in calls],
            _COMMON if common else "undefined",
        )

    def _calls(self) -> Iterator[tuple[str, str, str]]:
        for name, call in self._plan.calls.items():
            if text := self._judge.message(f"_{name}", call.properties):
                yield name, f"_{name}", text

    def _event(self, event: Event) -> str:
        doc = comment(prose(event.name))
        return self._judge.message(f"_{self._names.function(event)}", event.properties, doc)

    def _definitions(self) -> Iterator[str]:
        done: set[str] = set()
        while todo := [name for name in self._judge.used if name not in done]:
            name = todo[0]
            done.add(name)
            type_ = self._plan.definitions[name].value.type
            recursive = name in reachable(type_, self._plan.definitions)
            called = f"_{self._names.definition(name)}"
            yield self._judge.define(called, type_, word_of(name), recursive)

    def _cases(self, functions: list[str]) -> Iterator[Case]:
        cases: dict[str, Case] = {}
        plain: dict[str, str] = {}
        without = {event.name for event in self._plan.events if event.version is None}
        for event, function in zip(self._plan.events, functions, strict=True):
            if not function:
                continue
            case = cases.setdefault(event.name, Case(text(event.name)))
            name = f"_{self._names.function(event)}"
            if event.version is not None:
                case.versions.append((event.version, name))
            if event.version is None or not (event.name in without or event.function):
                plain[event.name] = name  # a call without a version is of the event's own name
        for name, case in cases.items():
            usual = plain.get(name, "undefined")
            yield Case(case.event, [each for each in case.versions if each[1] != usual], usual)


# --- statements: calls one after the other, each if the last found no fault ---------------------


class Call(NamedTuple):
    """A call of a ``Place``'s method; arguments are source."""

    method: str
    arguments: tuple[str, ...] = ()


def statement(calls: Sequence[Call]) -> str:
    """``given.required("total")?.number();`` in a function's body."""
    flat = "?.".join([f"{method}({', '.join(arguments)})" for method, arguments in calls])
    line = f"  given.{flat};"
    if line.isascii() and len(line) <= WIDTH:  # as most do: no need to lay it out
        return line
    parts = [_call(call, "?." if number else ".") for number, call in enumerate(calls)]
    if len(parts) == 1:
        return "  " + printed(("given", parts[0], ";"), 2)
    inside: list[Doc] = []
    for part in parts:
        inside += [SOFT, part]
    return "  " + printed(Group(("given", Indent(tuple(inside)), ";")), 2)


def _call(call: Call, link: str) -> Doc:
    return bracketed(f"{link}{call.method}(", call.arguments, ")")


def function(name: str, statements: Sequence[str], doc: str = "") -> str:
    """A check."""
    head = f"{doc}\n" if doc else ""
    lines = "\n".join(statements)
    opening = printed(bracketed(f"function {name}(", ["given: Place"], "): void {"))
    return f"{head}{opening}\n{lines}\n}}"


# --- regular expressions of the plan, in JavaScript's dialect -----------------------------------

_TOKEN: Final = re.compile(
    r"\\(?P<escape>.)|\[(?P<class>\^?(?:\\.|[^\]\\])*)\]|(?P<repeat>\{\d+(?:,\d*)?\})|.", re.DOTALL
)
_SETS: Final = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{N}_",
    "s": r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
"""What the classes hold, for a set in brackets."""

_WORD: Final = f"[{_SETS['w']}]"
_OUTSIDE: Final = {
    **{letter: f"[{held}]" for letter, held in _SETS.items()},
    **{letter.upper(): f"[^{held}]" for letter, held in _SETS.items()},
    "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
}
_PLAIN: Final = {".": r"[^\n]", "$": r"(?=\n?$)", "{": r"\{", "}": r"\}", "]": r"\]"}
_SYNTAX: Final = frozenset("^$\\.*+?()[]{}|/")


def to_javascript(pattern: str) -> str:
    """``pattern`` for ``new RegExp(…, "u")``, so that a character is a code point.

    A plan's pattern is one that Python, JavaScript and Go compile (``plan.checks``); here it gets
    Python's meaning, which jsonschema has: classes of Unicode, ``$`` before a last line feed.
    """
    return "".join(_translated(token) for token in _TOKEN.finditer(pattern))


def _translated(token: re.Match[str]) -> str:
    if token["escape"]:
        return _escape(token["escape"], _OUTSIDE, _SYNTAX)
    if token["class"] is not None:
        return _set(token["class"])
    if token["repeat"]:
        return token[0]
    return _PLAIN.get(token[0], token[0])


def _set(text: str) -> str:
    """A set in brackets; what it holds but for a class (``\\S``) stands beside them."""
    beside: dict[str, None] = {}

    def translated(found: re.Match[str]) -> str:
        letter = found[1]
        if letter is None:
            return f"\\{found[0]}"
        if letter in "DSW":
            beside[_OUTSIDE[letter]] = None
            return ""
        return _escape(letter, _SETS, _SYNTAX | {"-"})

    negated = text.startswith("^")
    inner = re.sub(r"\\(.)|[\[^]", translated, text[negated:], flags=re.DOTALL)
    if not beside:
        return f"[{'^' * negated}{inner}]"
    held = "|".join([f"[{inner}]", *beside] if inner else beside)
    return rf"(?:(?!{held})[\s\S])" if negated else f"(?:{held})"


def _escape(letter: str, classes: dict[str, str], syntax: frozenset[str]) -> str:
    if letter in classes:
        return classes[letter]
    if letter.isalnum() or letter in syntax:
        return f"\\{letter}"
    return letter
