"""The TypeScript names of events and definitions.

Properties keep their own names.  Names do not depend on the SDK.
"""

from __future__ import annotations

from typing import Final

from ...names import Words, camel, pascal
from ...plan.model import CALLS, Plan
from .. import naming
from ..naming import Names, identifier

# --- reserved names: fixed lists, as in Python --------------------------------------------------

KEYWORDS: Final = frozenset(
    "abstract any arguments as asserts async await bigint boolean break case catch class const "
    "constructor continue debugger declare default delete do else enum eval export extends false "
    "finally for from function get global if implements import in infer instanceof interface is "
    "keyof let module namespace never new null number object of out override package private "
    "protected public readonly require return satisfies set static string super switch symbol "
    "this throw true try type typeof undefined unique unknown using var void while with "
    "yield".split()
)
"""Words of the language: reserved, special in modules or types, or confusing as a name."""

CALL_TYPES: Final = {
    "identify": "UserTraits",
    "group": "GroupTraits",
    "page": "PageProperties",
    "screen": "ScreenProperties",
}
"""The types of the calls' traits and properties; reserved even if the plan has no such call."""

CLIENT_FUNCTIONS: Final = {
    "analytics-next": ("alias", "analytics", "load", "reset", "sendWith"),
    "analytics-node": ("alias", "analytics", "closeAndFlush", "flush", "load", "sendWith"),
}
"""Functions of the client that the package exports, by SDK."""

CLIENT_TYPES: Final = {
    "analytics-next": ("Context", "LoadOptions", "Options", "PageOptions"),
    "analytics-node": (
        "AliasMessage",
        "Context",
        "GroupMessage",
        "IdentifyMessage",
        "Identity",
        "LoadOptions",
        "Options",
        "PageMessage",
        "TrackMessage",
    ),
}
"""Types of the client that the package exports, by SDK."""

_LATER: Final = frozenset({"configure", "ready", "register", "validate"})
_MODULES: Final = frozenset({"client", "events", "index", "react", "types", "validators"})
_PARAMETERS: Final = frozenset({"event", "given", "message", "options", "properties"})
"""Of the functions in events.ts, where they would shadow a function of that name."""

_GLOBALS: Final = frozenset(
    "clear close document fetch globalThis history isFinite isNaN location navigator process "
    "screen self top window".split()
)
"""``import { window } from "./analytics"`` would surprise its reader."""

FUNCTIONS: Final = (
    KEYWORDS
    | {*CALLS, "track"}  # which every package has, whatever is in the plan
    | frozenset(name for names in CLIENT_FUNCTIONS.values() for name in names)
    | _LATER
    | _MODULES
    | _PARAMETERS
    | _GLOBALS
)
"""Reserved for functions of events."""

_BUILTIN: Final = frozenset(
    "Array ArrayBuffer BigInt Boolean Date Error Function Infinity Intl Iterable Iterator JSON Map "
    "Math NaN NonNullable Number Object Omit Parameters Partial Pick Promise Proxy Readonly "
    "ReadonlyArray ReadonlyMap ReadonlySet Record Reflect RegExp Required ReturnType Set String "
    "Symbol TypeError Uint8Array WeakMap WeakSet".split()
)
"""Types and values of the language that types.ts uses, or that its readers know."""

PLAN_CONTEXT: Final = "PlanContext"
"""The type of the keys that the plan adds to the context."""

_OF_THE_PACKAGE: Final = frozenset(
    {PLAN_CONTEXT, "OnViolation", "TrackArguments", "TrackingEvents", "Violation"}
)

TYPES: Final = (
    _BUILTIN
    | _OF_THE_PACKAGE
    | frozenset(CALL_TYPES.values())
    | frozenset(name for names in CLIENT_TYPES.values() for name in names)
)
"""Reserved for types."""


# --- names for a plan -----------------------------------------------------------------------


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan``."""
    return naming.assign(plan, "TypeScript", _function, _kind)


def _function(parts: Words) -> str | None:
    return identifier(camel(parts), "event", FUNCTIONS)


def _kind(parts: Words, prefix: str) -> str | None:
    return identifier(pascal(parts), prefix, TYPES)
