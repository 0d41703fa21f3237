"""What a lint rule is: a function, and what the decorator above it says about it.

The function's docstring is the rule's documentation (``typewriter explain`` prints it), its
name the rule's name.  Every rule of the modules in this folder is found; nothing lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from ..diagnostics import Code, Severity, Span
from ..registry import Registry, code_of
from .context import ALL

if TYPE_CHECKING:
    from ..plan.model import Event, Json
    from .context import Context, Declaration


class Entry(NamedTuple):
    """An entry of a property, or of what is ``within`` it: ``("items",)``."""

    key: str
    value: Json
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule reports; the engine makes it a diagnostic of the rule's code.

    ``subject`` is the event or property whose ``ignore:`` silences it; a rule that looks at one
    event or property at a time leaves it out.  ``remove`` are entries of the property that can
    be removed without changing what it means, ``respell`` is a name or a permitted value and how
    it is meant; ``--fix`` does that.
    """

    span: Span | None
    message: str
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    subject: Event | Declaration | None = None
    remove: tuple[Entry, ...] = ()
    respell: tuple[str, str] | None = None


class Scope(Enum):
    """What a rule looks at: the plan as a whole, each event, each property, or whatever has a
    type: each property, and each definition as a whole."""

    PLAN = "plan"
    EVENT = "event"
    PROPERTY = "property"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as data.  ``default``: it runs unless it is switched off, else only on request.

    ``reports_unused``: it reports what nothing uses; for a file that several plans share, all of
    them have to agree.  ``time_based``: its findings come with time, without a change to the
    plan, so as warnings they never fail a run, not even under ``--strict``.
    """

    code: Code
    scope: Scope
    check: Callable[..., Iterator[Finding]]
    default: bool = True
    reports_unused: bool = False
    time_based: bool = False

    @property
    def words(self) -> tuple[str, str]:
        """What a configuration or an ``ignore:`` can call the rule."""
        return self.code.number, self.code.name


_Check = TypeVar("_Check", bound=Callable[..., Iterator[Finding]])
_Plan = TypeVar("_Plan", bound="Callable[[Context], Iterator[Finding]]")
_Event = TypeVar("_Event", bound="Callable[[Event, Context], Iterator[Finding]]")
_Property = TypeVar("_Property", bound="Callable[[Declaration, Context], Iterator[Finding]]")


def of_plan(number: str, **more: Any) -> Callable[[_Plan], _Plan]:
    """A rule that looks at the plan as a whole."""
    return lambda check: _add(number, Scope.PLAN, check, **more)


def of_event(number: str, **more: Any) -> Callable[[_Event], _Event]:
    """A rule that looks at each event."""
    return lambda check: _add(number, Scope.EVENT, check, **more)


def of_property(number: str, **more: Any) -> Callable[[_Property], _Property]:
    """A rule that looks at each property and trait, including nested ones and those of
    definitions."""
    return lambda check: _add(number, Scope.PROPERTY, check, **more)


def of_type(number: str, **more: Any) -> Callable[[_Property], _Property]:
    """A rule that looks at the type of each property and trait, and of each definition."""
    return lambda check: _add(number, Scope.TYPE, check, **more)


_REGISTRY: Final = Registry[Rule](__package__ or "")


def _add(number: str, scope: Scope, check: _Check, **more: bool) -> _Check:
    _REGISTRY.add(Rule(code_of(check, number, Severity.WARNING), scope, check, **more))
    return check


def rules() -> tuple[Rule, ...]:
    """Every rule, by number."""
    return _REGISTRY.rules


DEFAULT: Final = "default"


def chosen(select: Collection[str] = (DEFAULT,), ignore: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules that ``select`` names, without those that ``ignore`` names.

    Both take names, numbers, ``default`` for the rules that run by default, and ``all``.
    """
    return tuple(rule for rule in rules() if _in(rule, select) and not _in(rule, ignore))


def _in(rule: Rule, words: Collection[str]) -> bool:
    named = {ALL, DEFAULT, *rule.words} if rule.default else {ALL, *rule.words}
    return not named.isdisjoint(words)
