"""``_rules.py``: the plan's rules as data, with one line for each line of the plan.

Text from the plan is only in literals.  The layout is black's: what does not fit on a line is
exploded, with a trailing comma.  If a line is still too long, because of a long key for example,
black formats the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from typewriter_client.rules import Entry

from ...output import File
from ...plan import model as m
from ...plan.patterns.backtracking import max_matched
from ...plan.rules import entries
from ..comments import width
from .literals import WIDTH, exploded, fits, text
from .literals import value as literal
from .rendering import Templates

_INSIDE: Final = 4  # columns of one more level


def render(plan: m.Plan, templates: Templates, library: str = "typewriter_client") -> File:
    """``_rules.py`` of a plan, without its header.

    ``library`` is the package with the module ``rules``: ``typewriter_client``, or ``._client``
    if the package has its own copy.
    """
    return templates.render("_rules.py", library=library, entries=list(entries_of(plan)))


def entries_of(plan: m.Plan) -> Iterator[str]:
    """The entries of the dict of rules, each with a trailing comma."""
    for entry, type_ in entries(plan):
        yield _formatted(f"    {_key(entry)}: lambda: {_type(type_, 4, 0)},")


def _key(entry: Entry) -> str:
    """The call that creates the key of an entry."""
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
# Each function returns the source of a rule.  It begins at column ``before`` of a line that is
# indented by ``indent``.


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
    limits = _limits(type_, "minimum", "maximum", "exclusive_minimum", "exclusive_maximum")
    if type_.multiple_of is not None:
        limits.append(f"multiple_of={text(str(type_.multiple_of))}")
    return _call(name, limits, indent, before)


def _string(type_: m.String, indent: int, before: int) -> str:
    arguments = [text(type_.format)] if type_.format else []
    if len(type_.patterns) == 1:
        arguments.append(f"pattern={text(type_.patterns[0])}")
    elif type_.patterns:
        arguments.append(f"pattern={_list(map(text, type_.patterns), indent + _INSIDE)}")
    arguments += _limits(type_, "min_length", "max_length")
    if (most := max_matched(type_.patterns, type_.max_length)) is not None:
        arguments.append(f"max_matched={most}")
    return _call("r.string", arguments, indent, before)


def _array(type_: m.Array, indent: int, before: int) -> str:
    inner = indent + _INSIDE
    limits = _limits(type_, "min_items", "max_items")
    limits += ["unique_items=True"] if type_.unique_items else []
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
    arguments += _limits(type_, "min_properties", "max_properties")
    if not arguments and type_.additional is None:
        return _properties(type_, indent)
    name = "r.closed" if type_.additional is None else "r.open"
    return _call(name, [_properties(type_, indent + _INSIDE), *arguments], indent, before)


def _properties(type_: m.Object, indent: int) -> str:
    required, inner = type_.required, indent + _INSIDE
    lines = [_property(each, each.name in required, inner) for each in type_.properties]
    return exploded("{", lines, "}", indent)


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


def _limits(type_: m.Type, *names: str) -> list[str]:
    """Keyword arguments for those constraints of a type that it has."""
    return [f"{n}={literal(limit)}" for n in names if (limit := getattr(type_, n)) is not None]


def _call(name: str, arguments: list[str], indent: int, before: int, together: bool = True) -> str:
    """A call, on one line if it fits and ``together`` is true."""
    return _brackets(f"{name}(", arguments, ")", indent, before, together)


def _list(items: Iterable[str], indent: int) -> str:
    return _brackets("[", list(items), "]", indent, indent + len("required="))


def _brackets(
    opening: str, items: list[str], closing: str, indent: int, before: int, together: bool = True
) -> str:
    if together:
        line = f"{opening}{', '.join(items)}{closing}"
        if not items or ("\n" not in line and before + width(line) < WIDTH):
            return line
    return exploded(opening, items, closing, indent)


def _formatted(entry: str) -> str:
    """An entry as black formats it."""
    if fits(entry, WIDTH):
        return entry
    import black

    whole = black.format_str(f"rules = {{\n{entry}\n}}\n", mode=black.Mode())
    return whole.removeprefix("rules = {\n").removesuffix("\n}\n")
