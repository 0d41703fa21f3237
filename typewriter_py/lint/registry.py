"""What a lint rule is: a function, and what the decorator above it says of it.

The function's docstring is the rule's documentation (``typewriter explain`` prints it), its
name the rule's name.  Every rule of the modules in this folder is found; nothing lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

from ..diagnostics import Code, Severity, Span
from ..registry import Registry, code_of
from .context import ALL

if TYPE_CHECKING:
    from ..plan.model import Event, Json
    from .context import Place, Scene


class Entry(NamedTuple):
    """An entry of a property, or of what is ``within`` it: ``("items",)``."""

    key: str
    value: Json
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say; the engine makes it a diagnostic of the rule's code.

    ``subject`` is the event or property whose ``ignore:`` silences it; a rule that looks at one
    event or property at a time leaves it out.  ``remove`` are entries of the property that can
    go without any change of meaning, which is what ``--fix`` does.
    """

    span: Span | None
    message: str
    help: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    subject: Event | Place | None = None
    remove: tuple[Entry, ...] = ()


class Scope(Enum):
    """What a rule looks at: the plan as a whole, each of its events or properties, or
    whatever has a type: each property, and each definition by itself."""

    PLAN = "plan"
    EVENT = "event"
    PROPERTY = "property"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as data.  ``default``: it runs unless it is switched off, else only by request.

    ``of_disuse``: it says that nothing uses something; of a file that several plans share, all
    of them have to agree.  ``by_calendar``: its findings come with time, without a change of the
    plan, so they never fail a run as warnings, not even under ``--strict``.
    """

    code: Code
    scope: Scope
    check: Callable[..., Iterator[Finding]]
    default: bool = True
    of_disuse: bool = False
    by_calendar: bool = False

    @property
    def words(self) -> tuple[str, str]:
        """What the rule answers to in a configuration or an ``ignore:``."""
        return self.code.number, self.code.name


OfPlan: TypeAlias = "Callable[[Scene], Iterator[Finding]]"
OfEvent: TypeAlias = "Callable[[Event, Scene], Iterator[Finding]]"
OfProperty: TypeAlias = "Callable[[Place, Scene], Iterator[Finding]]"

_Plan = TypeVar("_Plan", bound=OfPlan)
_Event = TypeVar("_Event", bound=OfEvent)
_Property = TypeVar("_Property", bound=OfProperty)


def of_plan(number: str, **more: Any) -> Callable[[_Plan], _Plan]:
    """A rule that looks at the plan as a whole."""
    return lambda check: _add(number, Scope.PLAN, check, **more)


def of_event(number: str, **more: Any) -> Callable[[_Event], _Event]:
    """A rule that looks at each event."""
    return lambda check: _add(number, Scope.EVENT, check, **more)


def of_property(number: str, **more: Any) -> Callable[[_Property], _Property]:
    """A rule that looks at each property and trait, nested ones and those of definitions too."""
    return lambda check: _add(number, Scope.PROPERTY, check, **more)


def of_type(number: str, **more: Any) -> Callable[[_Property], _Property]:
    """A rule that looks at the type of each property and trait, and of each definition."""
    return lambda check: _add(number, Scope.TYPE, check, **more)


_Check = TypeVar("_Check", bound=Callable[..., Iterator[Finding]])
_REGISTRY: Final = Registry[Rule](__package__ or "")


def _add(
    number: str,
    scope: Scope,
    check: _Check,
    *,
    severity: Severity = Severity.WARNING,
    **more: bool,
) -> _Check:
    _REGISTRY.add(Rule(code_of(check, number, severity), scope, check, **more))
    return check


def rules() -> tuple[Rule, ...]:
    """Every rule there is, by number."""
    return _REGISTRY.rules


DEFAULT: Final = "default"


def chosen(select: Collection[str] = (DEFAULT,), ignore: Collection[str] = ()) -> tuple[Rule, ...]:
    """The rules that ``select`` names, without those that ``ignore`` names.

    Names, numbers, ``default`` for all that run by themselves, ``all`` for all there are.
    """
    return tuple(rule for rule in rules() if _in(rule, select) and not _in(rule, ignore))


def _in(rule: Rule, words: Collection[str]) -> bool:
    if ALL in words or (DEFAULT in words and rule.default):
        return True
    return any(word in words for word in rule.words)
