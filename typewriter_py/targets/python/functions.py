"""The functions of ``events.py``, as its template needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ...plan.model import Call, Json, Object, Plan
from ...util import immutable
from ..comments import OF_CALLS, about, deprecation, filled, width
from ..naming import Names
from . import literals
from .literals import WIDTH, exploded, formatted, indented, opened
from .names import CALL_TYPES, keyword
from .types import OPEN_CALL, Argument, Types


@immutable
class Function:
    """One function: source without the indentation of its first line.

    ``deprecated`` is the literal of the message that type checkers show, or "".
    """

    name: str
    signature: str
    doc: str
    call: str
    deprecated: str = ""


class Leading(NamedTuple):
    """A positional argument; ``default`` is "" if it is required."""

    name: str
    annotation: str
    default: str = ""


_USER: Final = Leading("user_id", "UserId | None", "None")
_OPTIONS: Final = Leading("options", "Options | None", "None")
_LEADING: Final = {
    "identify": (_USER, _OPTIONS),
    "group": (_USER._replace(default=""), Leading("group_id", "UserId"), _OPTIONS),
    "page": (_USER, Leading("name", "str | None", "None"), _OPTIONS),
    "screen": (_USER, Leading("name", "str | None", "None"), _OPTIONS),
}


def calls(plan: Plan, types: Types) -> Iterator[Function]:
    """identify, group, page and screen, typed if the plan describes them."""
    for name, kind in CALL_TYPES.items():
        planned: Call | None = getattr(plan, name)
        properties = planned.properties if planned else Object()
        arguments = types.arguments.get(kind, [])
        leading = _leading(_LEADING[name], arguments)
        rest = "traits" if kind.endswith("Traits") else "properties"
        given = [*(one.name for one in leading), rest]
        annotation = f"Unpack[{kind}]" if planned else "object"
        yield Function(
            name=name,
            signature=_signature(name, leading, rest, annotation),
            doc=_doc(about(planned, OF_CALLS[name]), _open(properties), arguments),
            call=_call_of(name, given, _call_extras(properties)),
        )


def events(plan: Plan, names: Names, types: Types) -> Iterator[Function]:
    """One function for each event, in the plan's order."""
    for event in plan.events:
        name, kind = names.function(event), names.type(event)
        arguments = types.arguments[kind]
        leading = _leading((_USER, _OPTIONS), arguments)
        extras = _call_extras(event.properties)
        if event.version is not None:
            extras.insert(0, f"version={event.version}")
        if event.integrations is not None:
            extras.append(f"integrations={literals.value(dict(event.integrations), 4)}")
        given = [literals.text(event.name), *(one.name for one in leading), "properties"]
        description = about(event, f"Track {literals.text(event.name)}.")
        notes = [deprecation(event.deprecated)] if event.deprecated else []
        yield Function(
            name=name,
            signature=_signature(name, leading, "properties", f"Unpack[{kind}]"),
            doc=_doc(description, [*notes, *_open(event.properties)], arguments),
            call=_call_of("track", given, extras),
            deprecated=literals.text(notes[0].removeprefix("Deprecated: ")) if notes else "",
        )


def _leading(wanted: Sequence[Leading], arguments: Sequence[Argument]) -> list[Leading]:
    """The positional arguments, renamed if a property has the name: type checkers cannot tell
    the two apart, and callers never see a positional-only name."""
    taken = {argument.name for argument in arguments}
    found = []
    for one in wanted:
        while one.name in taken:
            one = one._replace(name=f"{one.name}_")
        found.append(one)
    return found


def _signature(name: str, leading: Sequence[Leading], rest: str, annotation: str) -> str:
    given = "".join(
        f"    {one.name}: {one.annotation}{f' = {one.default}' if one.default else ''},\n"
        for one in leading
    )
    return opened(f"def {name}(\n{given}    /,\n    **{rest}: {annotation},\n) -> None:")


def _call_extras(properties: Object) -> list[str]:
    """``defaults=`` and ``names=``, if there are any."""
    names = {keyword(p) or "_": p.name for p in properties.properties}
    extras: dict[str, dict[str, Json]] = {
        "defaults": filled(properties),
        "names": {name: wire for name, wire in names.items() if name != wire},
    }
    return [f"{key}={literals.value(each, 4)}" for key, each in extras.items() if each]


def _call_of(method: str, given: Sequence[str], extras: Sequence[str]) -> str:
    line = f"PACKAGE.{method}({', '.join(given)})"
    if not extras and width(line) + 4 <= WIDTH:
        return line
    return indented(formatted(exploded(f"PACKAGE.{method}(", [*given, *extras], ")"), 4), 4)


def _open(properties: Object) -> list[str]:
    return [OPEN_CALL] if properties.additional is not None and properties.properties else []


def _doc(about: str, notes: Sequence[str], arguments: Sequence[Argument]) -> str:
    lines = literals.prose(about, 4)
    for note in notes:
        lines += ["", *literals.prose(note, 4)]
    if arguments:
        lines += ["", "Args:"]
    for one in arguments:
        lines += literals.of_argument(one.name, one.annotation, one.required, one.property)
    return literals.docstring(lines, 4)
