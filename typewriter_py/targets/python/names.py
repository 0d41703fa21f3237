"""The Python names of events, definitions and properties."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from ...names import Words, pascal, snake, words
from ...plan import codes
from ...plan.model import CALLS, Object, Plan, Property
from .. import naming
from ..naming import Names, identifier, overrides, property_owner

# --- reserved names ---------------------------------------------------------------------------
# The lists are fixed, so that a name does not depend on the Python that the tool runs on, or on
# the rest of the plan.  A reserved name gets a trailing underscore (PEP 8,
# "single_trailing_underscore_").

KEYWORDS: Final = frozenset(
    "False None True and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield".split()
)
"""Reserved even for arguments.  Soft keywords (match, case, type, _) are not."""

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
"""Functions of the library that the package exports, in addition to those of events."""

_CALLS: Final = frozenset({*CALLS, "alias", "track"})
"""The functions that every generated package has, whatever is in the plan."""

_MODULES: Final = frozenset({"events", "testing"})
"""Submodules: importing one sets the attribute of that name."""

_MODULE_NAMES: Final = frozenset({"annotations", "deprecated", "require", "sys"})
"""Imports in __init__.py and events.py whose names a function could have."""

_LATER: Final = frozenset("aclose aflush asgi messages middleware outbox validate wsgi".split())
"""Reserved for future versions, which must not rename an event."""

FUNCTIONS: Final = (
    KEYWORDS | _BUILTINS | frozenset(CLIENT_FUNCTIONS) | _CALLS | _MODULES | _MODULE_NAMES | _LATER
)
"""Reserved for functions of events."""

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
"""Capitalized builtins, some of which the generated modules use."""

_TYPING: Final = frozenset(
    "Any Decimal Literal Mapping Never NoReturn NotRequired Optional Required Sequence "
    "TypeAlias TypeAliasType TypeVar TypedDict UUID Union Unpack".split()
)
"""Used by annotations in _types.py and events.py, now or in a future version."""

CLIENT_CLASSES: Final = ("Violation", "ViolationError")
"""Classes of the library that the package exports."""

CLIENT_TYPES: Final = ("Client", "Context", "Options", "Stats", "UserId")
"""Types of the library that the package imports on first access, which is rare."""

CALL_TYPES: Final = {
    "identify": "IdentifyTraits",
    "group": "GroupTraits",
    "page": "PageProperties",
    "screen": "ScreenProperties",
}
"""The types of the calls' keyword arguments; reserved even if the plan has no such call."""

PLAN_CONTEXT: Final = "PlanContext"
"""The type of the context with the plan's additions; reserved even if there are none."""

TYPES: Final = (
    KEYWORDS
    | _EXCEPTIONS
    | _TYPING
    | frozenset((*CLIENT_CLASSES, *CLIENT_TYPES, *CALL_TYPES.values(), PLAN_CONTEXT))
    | {"PACKAGE"}  # in pascal case, seven words of a letter
)
"""Reserved for types."""

EVENT_TYPES: Final = TYPES | {"Package", "Rules"}
"""Reserved for types of events, which events.py imports along with those of the library."""


# --- names for a plan -----------------------------------------------------------------------


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan`` and their top-level properties."""
    names = naming.assign(plan, "Python", _function, _kind)
    for event in plan.events:
        _check_keywords(f'"{event.name}"', event.properties, names)
    for name, call in plan.calls.items():
        _check_keywords(name, call.properties, names)
    return names


def _function(parts: Words) -> str | None:
    return identifier(snake(parts), "event_", FUNCTIONS)


def _kind(parts: Words, prefix: str) -> str | None:
    reserved = EVENT_TYPES if prefix == "Event" else TYPES
    return identifier(pascal(parts), prefix, reserved)


def _check_keywords(what: str, properties: Object, names: Names) -> None:
    """Report properties with the same argument, and those without a usable one."""
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
            help = f"rename one of them: {overrides(a)}"
            names.report(codes.NAME_COLLISION, a, message, help, b)


def keyword(property: Property) -> str | None:
    """The argument for a top-level property: its own name wherever Python allows that."""
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
    """Whether ``key`` can be an argument, and a name in the body of a class, unchanged.

    Two leading underscores are mangled in a class, and names are normalized to NFKC (PEP 3131).
    """
    return (
        key.isidentifier()
        and key not in KEYWORDS
        and not key.startswith("__")
        and (key.isascii() or unicodedata.is_normalized("NFKC", key))
    )
