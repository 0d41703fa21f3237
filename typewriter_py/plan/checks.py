"""What can be wrong with one schema by itself, beyond its shape."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Hashable, Iterator
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from ..util import did_you_mean
from . import codes
from .annotations import OF_DEFINITIONS, OF_PROPERTIES, REFERENCE
from .conjunction import ANNOTATIONS, BINDING, BINDS, binds
from .document import Map, Seq
from .model import ANYTHING, OPEN, Array, Boolean, Number, String, Union, Value
from .rules import Checks
from .values import FORMATS, describe, identity, is_day
from .yaml_reader import resolve

BESIDE_REF: Final = ANNOTATIONS | {"$ref"}


def check_node(node: Map, definitions: Map) -> Iterator[Diagnostic]:
    """All that is wrong with ``node`` by itself; what is nested in it is not looked at."""
    if "$ref" in node:
        yield from _check_ref(node, definitions)
    if isinstance(node.get("enum"), Seq):
        yield from _check_enum(node, node["enum"])
    if "const" in node and not _of_types(node["const"], node):
        message = f"the constant {describe(node['const'])} is not of the declared type"
        help = _retyped(node["const"], node)
        yield codes.ENUM_VALUE.at(node.value_span("const"), message, help=help)
    yield from _check_effect(node)
    yield from _check_dropped(node)
    yield from check_nulls(node)
    yield from check_expiry(node)
    if isinstance(node.get("pattern"), str):
        problem = problem_of(node["pattern"])
        if problem:
            span = node.value_span("pattern")
            yield codes.INVALID_PATTERN.at(span, problem.message, help=problem.help)
    format, names = node.get("format"), _type_names(node)
    binds_text = names is None or "string" in names
    if binds_text and format and isinstance(format, str) and format not in FORMATS:
        yield _unchecked(format, node)


def _unchecked(format: str, node: Map) -> Diagnostic:
    message = f"the format `{format}` documents only: no validator checks it"
    help = did_you_mean(format, FORMATS) or "checked are " + ", ".join(FORMATS)
    return codes.UNCHECKED_FORMAT.at(node.value_span("format"), message, help=help)


def check_nulls(node: Map) -> Iterator[Diagnostic]:
    """Keys without a value: with ``extends`` null drops an inherited one, else it says nothing."""
    if None not in node.values():
        return
    for key in node:
        if node[key] is None and key not in ("const", "default"):
            message = f"`{key}` is nothing (null)"
            help = "give it a value, or remove the key"
            yield codes.WRONG_TYPE.at(node.key_span(key), message, help=help)


def _check_ref(node: Map, definitions: Map) -> Iterator[Diagnostic]:
    ref = node["$ref"]
    if not isinstance(ref, str):
        return
    span, name = node.value_span("$ref"), ref.removeprefix(REFERENCE)
    if not ref.startswith(REFERENCE):
        last = ref.rpartition("/")[2]
        help = (
            f"`{REFERENCE}{last}`"
            if last in definitions
            else "what `tracking_plan.definitions` has"
        )
        help = f"write {help}"
        message = f"`{ref}` leads out of the plan: a reference is `{REFERENCE}Name`"
        yield codes.UNRESOLVED_REF.at(span, message, help=help)
    elif name not in definitions:
        help = did_you_mean(name, definitions) or f"add `{name}` to `tracking_plan.definitions`"
        yield codes.UNRESOLVED_REF.at(span, f"no definition is called `{name}`", help=help)
    for key in node:
        required = key == "required" and isinstance(node[key], bool)
        if key not in BESIDE_REF and not required:
            message = f"`{key}` cannot stand beside `$ref`"
            help = f"join the two: allOf: [{{$ref: '{ref}'}}, {{{key}: …}}]"
            yield codes.REF_SIBLING.at(node.key_span(key), message, help=help)


_INSTEAD: Final = {
    ("string", "minimum"): "minLength",
    ("string", "maximum"): "maxLength",
    ("array", "minimum"): "minItems",
    ("array", "maximum"): "maxItems",
    ("array", "minLength"): "minItems",
    ("array", "maxLength"): "maxItems",
    ("string", "minItems"): "minLength",
    ("string", "maxItems"): "maxLength",
    ("number", "minLength"): "minimum",
    ("number", "maxLength"): "maximum",
    ("integer", "minLength"): "minimum",
    ("integer", "maxLength"): "maximum",
    ("object", "minItems"): "minProperties",
    ("object", "maxItems"): "maxProperties",
    ("array", "properties"): "items",
}


def _check_effect(node: Map) -> Iterator[Diagnostic]:
    """Constraints of another type than the declared one, which bind nothing."""
    names = _type_names(node)
    if names is None:
        return
    for key in node:
        if key not in BINDING or (key == "required" and not isinstance(node[key], Seq)):
            continue
        bound = binds(key)
        if bound in names or (bound == "number" and "integer" in names):
            continue
        shown_types = " | ".join(map(str, names))
        instead = _INSTEAD.get((shown_types, key))
        message = f"`{key}` has no effect here: it binds values of type {bound}, not {shown_types}"
        help = f"did you mean `{instead}`?" if instead else "remove it, or change the type"
        yield codes.NO_EFFECT.at(node.key_span(key), message, help=help)


def idle_beside_enum(node: Map, wrong: Collection[Span | None]) -> Iterator[Diagnostic]:
    """Constraints beside an ``enum`` all of whose values pass them; not those already ``wrong``."""
    for key in node:
        if key in _OF_SCALARS and node.key_span(key) not in wrong:
            message = f"`{key}` has no effect here: `enum` lists what is permitted"
            yield codes.NO_EFFECT.at(node.key_span(key), message, help="remove it")


_OF_SCALARS: Final = frozenset(BINDS["number"] + BINDS["string"])


def check_annotations(node: Map, definition: bool) -> Iterator[Diagnostic]:
    """What means something on a property only, on a node that is not one's."""
    if isinstance(node.get("required"), bool):
        message = "`required: true` or `false` means something on a property only"
        help = "here `required` is a list of names"
        yield codes.INVALID_VALUE.at(node.value_span("required"), message, help=help)
    for key in OF_PROPERTIES:
        if key in node and not (key in OF_DEFINITIONS and definition):
            message = f"`{key}` has no effect here: it is a property's"
            yield codes.NO_EFFECT.at(node.key_span(key), message, help="move or remove it")


def _check_dropped(node: Map) -> Iterator[Diagnostic]:
    """Properties that are null: what ``extends`` drops is gone before this."""
    properties = node.get("properties")
    if not isinstance(properties, Map) or None not in properties.values():
        return
    for name in properties:
        if properties[name] is None:
            message = f"`{name}` is null: that drops an included property, and there is none here"
            help = f"check the name; or write `{name}: {{}}` where any value will do"
            yield codes.NOTHING_TO_DROP.at(properties.key_span(name), message, help=help)


def check_expiry(node: Map) -> Iterator[Diagnostic]:
    """A day that the calendar does not have."""
    expires = node.get("expires")
    if isinstance(expires, str) and re.fullmatch(DAY, expires) and not is_day(expires):
        message = f"the calendar has no day {expires}"
        help = "write a day as YYYY-MM-DD"
        yield codes.INVALID_VALUE.at(node.value_span("expires"), message, help=help)


DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""The form of a day, which the meta-schema asks for."""


def _check_enum(node: Map, listed: Seq) -> Iterator[Diagnostic]:
    seen: dict[Hashable, int] = {}
    for index, value in enumerate(listed):
        span = listed.item_span(index)
        first = seen.setdefault(identity(value), index)
        if first != index:
            place = (listed.item_span(first), "first here")
            message = f"{describe(value)} is in the list twice"
            yield codes.ENUM_DUPLICATE.at(span, message, help="remove one", related=(place,))
        elif not _of_types(value, node):
            message = f"the permitted value {describe(value)} is not of the declared type"
            yield codes.ENUM_VALUE.at(span, message, help=_retyped(value, node))


def _retyped(value: Any, node: Map) -> str:
    """How the value becomes one of the declared type, or the type that of the value."""
    names = _type_names(node) or []
    if "string" in names and not isinstance(value, list | dict | None):
        return f'put it in quotes: "{describe(value)}"'
    if value is None:
        return "say `nullable: true` if null may stand here"
    if isinstance(value, str) and any(_is(resolve(value), name) for name in names):
        return f"remove the quotes: {value}"
    return "change the value, or the type"


def _of_types(value: Any, node: Map) -> bool:
    """Whether the value is of one of the types that the node declares (any, if none)."""
    names = _type_names(node)
    if names is None or (value is None and node.get("nullable") is True):
        return True
    return any(_is(value, name) for name in names)


def _type_names(node: Map) -> list[Any] | None:
    types = node.get("type")
    names = [types] if isinstance(types, str) else types
    return names if isinstance(names, list) else None


def _is(value: Any, name: Any) -> bool:
    """Whether the value is of the JSON type of that name; of a name that is none, any is."""
    test = _TYPES.get(name) if isinstance(name, str) else None
    return test is None or test(value)


_TYPES: Final = {
    name: Checks(lambda _: ANYTHING).of(value)
    for name, value in (
        ("null", Value(Union(()), nullable=True)),
        ("boolean", Value(Boolean())),
        ("integer", Value(Number(integer=True))),
        ("number", Value(Number())),
        ("string", Value(String())),
        ("array", Value(Array(ANYTHING))),
        ("object", Value(OPEN)),
    )
}


# --- regular expressions: the dialect that Python, JavaScript and Go share ----------------------
# The generated package runs on Python 3.9 and later, other targets run elsewhere, and Segment
# evaluates the same pattern itself; so what only some of them compile is refused here.


class Problem(NamedTuple):
    """Why a pattern cannot stand in a plan, and what to do about it."""

    message: str
    help: str | None = None


_CONSTRUCTS: Final = tuple(
    (re.compile(construct), what, help)
    for construct, what, help in (
        (r"\(\?(P[<=>]|<(?![=!]))", "named groups", "a plain group ( … ) does"),
        (r"\(\?\(", "conditional groups", "say it with alternatives: (a|b)"),
        (r"\(\?#", "comments", "say it in the `description`"),
        (r"\(\?>", "atomic groups", "a plain group (?: … ) does"),
        (r"\(\?-?[A-Za-z]+[-:)]", "inline flags", "spell out both cases, as in [Aa]"),
        (r"\(\?<?[=!]", "lookahead and lookbehind", "say it with alternatives, or in code"),
        (r"([*+?]|\{[0-9]+(,[0-9]*)?\})\+", "possessive quantifiers", "leave out the last +"),
        (r"\{,[0-9]+\}", "repetitions without a lower bound", "write {0,n}"),
    )
)
_ESCAPES: Final = {
    "A": "write ^",
    "Z": "write $",
    "z": "write $",
    "a": "write \\x07",
    **dict.fromkeys("pP", "list the characters, as in [A-Za-zÀ-ÿ]"),
    **dict.fromkeys("uUN", "write the character itself"),
    **dict.fromkeys("123456789", "Go has no references back to a group"),
}
_ANYWHERE: Final = frozenset("bBdDfnrsStvwWx0")
"""Letters and digits after a backslash that all dialects know."""

_TOKEN: Final = re.compile(
    r"\\(?P<escape>.)|\[(?P<class>\^?\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*)\]|.", re.DOTALL
)
_MOST_REPEATS: Final = 1000
"""As many as Go compiles."""


def problem_of(pattern: str) -> Problem | None:
    """What keeps ``pattern`` out of the shared dialect; None if nothing does."""
    for token in _TOKEN.finditer(pattern):
        found = _in_token(token, pattern)
        if found is not None:
            return found
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except Warning:
        return Problem("a set within a set is not understood everywhere", "write \\[ for a [")
    except (re.error, OverflowError, RecursionError) as error:
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Problem(f"not a regular expression: {message}", _advice(message))
    return None


def _in_token(token: re.Match[str], pattern: str) -> Problem | None:
    if token["escape"]:
        return _in_escape(token["escape"])
    if token["class"] is not None:
        return _in_class(token["class"])
    if token[0] not in "(*+?{":
        return None
    for construct, what, help in _CONSTRUCTS:
        if construct.match(pattern, token.start()):
            return Problem(f"{what} are not understood everywhere", help)
    repeats = _REPEATS.match(pattern, token.start())
    if repeats and any(len(n) > 4 or int(n) > _MOST_REPEATS for n in repeats.groups() if n):
        return Problem("more than 1000 repetitions are not understood everywhere")
    return None


_REPEATS: Final = re.compile(r"\{([0-9]+)(?:,([0-9]+)?)?\}")


def _in_escape(character: str) -> Problem | None:
    if character in _ESCAPES:
        return Problem(f"`\\{character}` is not understood everywhere", _ESCAPES[character])
    if not character.isascii() or (character.isalnum() and character not in _ANYWHERE):
        help = f"for the character itself, write {character}"
        return Problem(f"`\\{character}` is not understood everywhere", help)
    return None


def _in_class(text: str) -> Problem | None:
    inner = text.removeprefix("^")
    if inner.startswith("]"):
        return Problem("`]` first in a set is not understood everywhere", "write \\] in it")
    if re.search(r"\[:\^?[a-z]+:\]?", text):
        return Problem("`[:name:]` is not understood everywhere", "list the characters: a-z")
    for escape in re.finditer(r"\\(.)", inner, re.DOTALL):
        found = _in_escape(escape[1])
        if found is not None or escape[1] in "bB":
            return found or Problem("`\\b` in a set is not understood everywhere")
    return None


def _advice(error: str) -> str | None:
    if "repeat" in error:
        return "`*`, `+` and `?` follow something; as plain characters they are \\*, \\+ and \\?"
    if "unterminated" in error or "unbalanced" in error or "missing )" in error:
        return "as plain characters brackets are \\( \\) \\[ \\]"
    return None
