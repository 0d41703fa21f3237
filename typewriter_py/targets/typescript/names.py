"""What events and definitions are called in TypeScript; properties keep their own names.

A name comes from the thing itself alone, whichever SDK it is for.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...names import Words, camel, pascal
from ...plan.model import Plan
from .. import naming
from ..naming import Names
from .reserved import FUNCTIONS, TYPES


def assign(plan: Plan) -> Names:
    """Names for all events and definitions of ``plan``."""
    return naming.assign(plan, "TypeScript", _function, _kind)


def _function(parts: Words) -> str | None:
    return _identifier(camel(parts), "event", FUNCTIONS)


def _kind(parts: Words, prefix: str) -> str | None:
    return _identifier(pascal(parts), prefix, TYPES)


def type_name(prefix: str, parts: Words) -> str | None:
    """A nested type's name by its path, or None where the last step leaves nothing."""
    return _identifier(prefix + pascal(parts), "Type", TYPES) if parts else None


def _identifier(name: str, prefix: str, reserved: Iterable[str]) -> str | None:
    """``name`` made an identifier: ``prefix`` before a digit, an underscore after a taken one.

    ECMAScript's identifiers are Python's, but for a few letters that only Python normalises.
    """
    if not name:
        return None
    if not name.isidentifier():
        name = prefix + name
    if name in reserved:
        name += "_"
    return name if name.isidentifier() else None
