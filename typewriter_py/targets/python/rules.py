"""``_rules.py``: the plan's rules as data, a line of the plan on a line of its own.

Text from the plan lands in literals only.  What is written here black leaves alone: what
does not fit on a line is exploded, with a comma at its end.  A line that is too long all
the same, as one with a long key, has black lay out its entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from typewriter_client.rules import Entry

from ...output import File
from ...plan import model as m
from ...plan.rules import entries
from ..comments import width
from .literals import WIDTH, text
from .literals import value as literal
from .rendering import Templates

_LONE_STRING: Final = re.compile(r"""\s*(?:\w+=)?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'),?""")
_INSIDE: Final = 4  # columns further in


def render(plan: m.Plan, templates: Templates, library: str = "typewriter_client") -> File:
    """``_rules.py`` of a plan, without its header.

    ``library`` is the package that has ``rules``: ``typewriter_client``, or ``._client``
    where a package has its own copy.
    """
    return templates.render("_rules.py", library=library, entries=list(entries_of(plan)))


def entries_of(plan: m.Plan) -> Iterator[str]:
    """The entries of the dict of rules, each with the comma after it."""
    for entry, type_ in entries(plan):
        yield _laid_out(f"    {_key(entry)}: lambda: {_type(type_, 4, 0)},")


def _key(entry: Entry) -> str:
    """The call that makes the key of an entry."""
    kind, name, version, default = entry
    if kind == "track":
        more = "" if version is None else f", version={version}"
        more += ", default=True" if default and version is not None else ""
        return f"r.track({text(name)}{more})"
    if kind == "definition":
        return f"r.define({text(name)})"
    return f"r.{kind.replace(' ', '_')}()"


# --- types --------------------------------------------------------------------------------
#
# Each function gives the source of a rule that begins ``before`` columns from the left on a
# line that is indented by ``indent``.


def _value(value: m.Value, indent: int, before: int) -> str:
    if value == m.ANYTHING:
        return "r.anything()"
    if value.nullable:
        inner = _type(value.type, indent + _INSIDE, indent + _INSIDE)
        return _call("r.nullable", [inner], indent, before)
    return _type(value.type, indent, before)


def _type(type_: m.Type, indent: int, before: int) -> str:
    match type_:
        case m.AnyType():
            return "r.not_null()"
        case m.Boolean():
            return "r.boolean()"
        case m.Number():
            return _number(type_, indent, before)
        case m.String():
            return _string(type_, indent, before)
        case m.Enum():
            values = [literal(each, indent + _INSIDE) for each in type_.values]
            return _call("r.enum", values, indent, before, together=len(values) < 2)
        case m.Array():
            return _array(type_, indent, before)
        case m.Object():
            return _object(type_, indent, before)
        case m.Union():
            name = "r.one_of" if type_.exclusive else "r.any_of"
            inner = indent + _INSIDE
            members = [_type(each, inner, inner) for each in type_.members]
            return _call(name, members, indent, before)
        case m.Ref():
            return _call("r.ref", [text(type_.name)], indent, before)
        case _:
            assert_never(type_)


def _number(type_: m.Number, indent: int, before: int) -> str:
    name = "r.integer" if type_.integer else "r.number"
    step = type_.multiple_of
    limits = _named(
        minimum=type_.minimum,
        maximum=type_.maximum,
        exclusive_minimum=type_.exclusive_minimum,
        exclusive_maximum=type_.exclusive_maximum,
        multiple_of=None if step is None else str(step),
    )
    return _call(name, limits, indent, before)


def _string(type_: m.String, indent: int, before: int) -> str:
    arguments = [text(type_.format)] if type_.format else []
    if len(type_.patterns) == 1:
        arguments.append(f"pattern={text(type_.patterns[0])}")
    elif type_.patterns:
        arguments.append(f"pattern={_list(map(text, type_.patterns), indent + _INSIDE)}")
    arguments += _named(min_length=type_.min_length, max_length=type_.max_length)
    return _call("r.string", arguments, indent, before)


def _array(type_: m.Array, indent: int, before: int) -> str:
    inner = indent + _INSIDE
    limits = _named(
        min_items=type_.min_items,
        max_items=type_.max_items,
        unique_items=type_.unique_items or None,
    )
    items = _value(type_.items, inner, inner)
    if limits:
        return _call("r.array", [items, *limits], indent, before)
    return _brackets("[", [items], "]", indent, before)


def _object(type_: m.Object, indent: int, before: int) -> str:
    names = {each.name for each in type_.properties}
    also = [text(name) for name in type_.required if name not in names]
    arguments = []
    if type_.additional is not None and type_.additional != m.ANYTHING:
        inner = indent + _INSIDE
        more = _value(type_.additional, inner, inner + len("additional="))
        arguments.append(f"additional={more}")
    if also:
        arguments.append(f"required={_list(also, indent + _INSIDE)}")
    arguments += _named(min_properties=type_.min_properties, max_properties=type_.max_properties)
    if not arguments and type_.additional is None:
        return _properties(type_, indent)
    name = "r.closed" if type_.additional is None else "r.open"
    return _call(name, [_properties(type_, indent + _INSIDE), *arguments], indent, before)


def _properties(type_: m.Object, indent: int) -> str:
    if not type_.properties:
        return "{}"
    space = " " * (indent + _INSIDE)
    lines = [
        f"{space}{_property(each, each.name in type_.required, indent + _INSIDE)},\n"
        for each in type_.properties
    ]
    return f"{{\n{''.join(lines)}{space[_INSIDE:]}}}"


def _property(declared: m.Property, also_required: bool, indent: int) -> str:
    key = text(declared.name)
    if not (declared.required or also_required):
        key = f"optional({key})"
    before = indent + width(key) + 2
    if not declared.pii:
        return f"{key}: {_value(declared.value, indent, before)}"
    inner = _value(declared.value, indent + _INSIDE, indent + _INSIDE)
    return f"{key}: {_call('r.pii', [inner], indent, before)}"


# --- layout -------------------------------------------------------------------------------


def _named(**arguments: int | float | str | None) -> list[str]:
    """Those of the arguments that are given, as source."""
    return [f"{name}={literal(each)}" for name, each in arguments.items() if each is not None]


def _call(name: str, arguments: list[str], indent: int, before: int, together: bool = True) -> str:
    """A call, on one line if it may be and fits."""
    return _brackets(f"{name}(", arguments, ")", indent, before, together)


def _list(items: Iterable[str], indent: int) -> str:
    return _brackets("[", list(items), "]", indent, indent + len("required="))


def _brackets(
    opening: str,
    items: list[str],
    closing: str,
    indent: int,
    before: int,
    together: bool = True,
) -> str:
    if together:
        line = f"{opening}{', '.join(items)}{closing}"
        if not items or ("\n" not in line and before + width(line) < WIDTH):
            return line
    space = " " * indent
    lines = "".join([f"{space}    {each},\n" for each in items])
    return f"{opening}\n{lines}{space}{closing}"


def _laid_out(entry: str) -> str:
    """An entry as black would leave it."""
    if entry.isascii() and max(map(len, entry.split("\n"))) <= WIDTH:
        return entry
    if all(width(line) <= WIDTH or _LONE_STRING.fullmatch(line) for line in entry.split("\n")):
        return entry
    import black

    whole = black.format_str(f"rules = {{\n{entry}\n}}\n", mode=black.Mode())
    return whole.removeprefix("rules = {\n").removesuffix("\n}\n")
