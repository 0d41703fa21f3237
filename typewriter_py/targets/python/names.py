"""What everything in a plan is called in Python: first transformed, then held against the rest.

A name comes from the thing itself alone, so no other event can change it; two that meet, or
one of which nothing is left, are errors with the way out, never a numeric suffix.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ...names import Words, pascal, snake, words
from ...plan import codes
from ...plan.model import CALLS, Object, Plan, Property
from .. import naming
from ..naming import Names, identifier, overrides, property_owner

# --- names that generated code may not take ---------------------------------------------------
# Fixed lists, so that a name never depends on the Python that the tool runs on, nor on what else
# is in the plan.  A taken name gets an underscore at its end (PEP 8,
# "single_trailing_underscore_").

KEYWORDS: Final = frozenset(
    "False None True and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield".split()
)
"""Not even an argument may be called so.  Soft keywords (match, case, type, _) are fine."""

_BUILTINS: Final = frozenset(
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod "
    "compile complex copyright credits delattr dict dir divmod enumerate eval exec exit filter "
    "float format frozenset getattr globals hasattr hash help hex id input int isinstance "
    "issubclass iter len license list locals map max memoryview min next object oct open ord pow "
    "print property quit range repr reversed round set setattr slice sorted staticmethod str sum "
    "super tuple type vars zip".split()
)
"""``from analytics import print`` would surprise its reader, and events.py itself needs some."""

CLIENT_FUNCTIONS: Final = ("close", "configure", "flush", "scope", "stats")
"""Functions of the library that the package's face shows beside the events'."""

_CALLS: Final = frozenset({*CALLS, "alias", "track"})
"""The functions that every generated package has, whatever the plan says of them."""

_MODULES: Final = frozenset({"events", "testing"})
"""Submodules: importing one sets the attribute of that name."""

_MODULE_NAMES: Final = frozenset({"annotations", "deprecated", "require", "sys"})
"""What __init__.py and events.py import by a name that a function could have."""

_LATER: Final = frozenset("aclose aflush asgi messages middleware outbox validate wsgi".split())
"""Kept free, so that what the package is given later renames no event."""

FUNCTIONS: Final = (
    KEYWORDS | _BUILTINS | frozenset(CLIENT_FUNCTIONS) | _CALLS | _MODULES | _MODULE_NAMES | _LATER
)
"""A function for an event may not be called so."""

_EXCEPTIONS: Final = frozenset(
    "ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup "
    "BlockingIOError BrokenPipeError BufferError BytesWarning ChildProcessError "
    "ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError "
    "DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception "
    "ExceptionGroup FileExistsError FileNotFoundError FloatingPointError FutureWarning "
    "GeneratorExit IOError ImportError ImportWarning IndentationError IndexError "
    "InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError "
    "ModuleNotFoundError NameError NotADirectoryError NotImplemented NotImplementedError OSError "
    "OverflowError PendingDeprecationWarning PermissionError ProcessLookupError "
    "PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError "
    "RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError "
    "SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError "
    "UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError "
    "Warning ZeroDivisionError".split()
)
"""Builtins in capitals; the generated modules name some."""

_TYPING: Final = frozenset(
    "Any Decimal Literal Mapping Never NoReturn NotRequired Optional Required Sequence "
    "TypeAlias TypeAliasType TypeVar TypedDict UUID Union Unpack".split()
)
"""What annotations in _types.py and events.py are made of, now or in a later release."""

CLIENT_CLASSES: Final = ("Violation", "ViolationError")
"""Classes of the library that the package's face shows."""

CLIENT_TYPES: Final = ("Client", "Context", "Options", "Stats", "UserId")
"""What of the library is loaded when first asked for, as most applications never do."""

CALL_TYPES: Final = {
    "identify": "IdentifyTraits",
    "group": "GroupTraits",
    "page": "PageProperties",
    "screen": "ScreenProperties",
}
"""The types of the calls' keywords, kept free in plans that say nothing of those calls."""

PLAN_CONTEXT: Final = "PlanContext"
"""The type of the context with what the plan adds to it, kept free in plans that add nothing."""

TYPES: Final = (
    KEYWORDS
    | _EXCEPTIONS
    | _TYPING
    | frozenset((*CLIENT_CLASSES, *CLIENT_TYPES, *CALL_TYPES.values(), PLAN_CONTEXT))
    | {"PACKAGE"}  # which a name of seven words gives
)
"""A type may not be called so."""

EVENT_TYPES: Final = TYPES | {"Package", "Rules"}
"""Nor may an event's, which events.py names beside what it has from the library."""


# --- names for a plan -----------------------------------------------------------------------


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan`` and their top-level properties."""
    names = naming.assign(plan, "Python", _function, _kind)
    for what, properties in _owners_of_properties(plan):
        _check_keywords(what, properties, names)
    return names


def _function(parts: Words) -> str | None:
    return identifier(snake(parts), "event_", FUNCTIONS)


def _kind(parts: Words, prefix: str) -> str | None:
    reserved = EVENT_TYPES if prefix == "Event" else TYPES
    return identifier(pascal(parts), prefix, reserved)


def _owners_of_properties(plan: Plan) -> Iterator[tuple[str, Object]]:
    for event in plan.events:
        yield f'"{event.name}"', event.properties
    for name, call in plan.calls.items():
        yield name, call.properties


def _check_keywords(what: str, properties: Object, names: Names) -> None:
    """Two keywords of one function that meet, and those that cannot be."""
    first: dict[str, Property] = {}
    for property in properties.properties:
        name = keyword(property)
        if name is None:
            names.unusable(property_owner(property, what))
            continue
        other = first.setdefault(name, property)
        if other is not property:
            a, b = property_owner(property, what), property_owner(other, what)
            message = f"{a.what} and {b.what} are both the argument {name} in Python"
            help = f"give one of them other words: {overrides(a)}"
            names.report(codes.NAME_COLLISION, a, message, help, b)


def keyword(property: Property) -> str | None:
    """The argument that a top-level property is: its own name wherever Python allows it."""
    if property.words is not None:
        return identifier(snake(words(property.words)), "property_", KEYWORDS)
    return _keyword(property.name)


@lru_cache(maxsize=1 << 14)
def _keyword(name: str) -> str | None:
    if is_plain(name):
        return name
    if name in KEYWORDS:
        return name + "_"
    return identifier(snake(words(name)), "property_", KEYWORDS)


def is_plain(key: str) -> bool:
    """Whether ``key`` can stand as it is, as an argument and in the body of a class.

    Two underscores in front are mangled in a class, and names are read in NFKC (PEP 3131).
    """
    return (
        key.isidentifier()
        and key not in KEYWORDS
        and not key.startswith("__")
        and (key.isascii() or unicodedata.is_normalized("NFKC", key))
    )
