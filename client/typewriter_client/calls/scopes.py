"""Who and what a stretch of work is about, so that each call need not say it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Callable, Final, NamedTuple, Union, cast

from .encoding import to_json

if TYPE_CHECKING:
    from types import TracebackType

    from .options import Context, UserId


_NOTHING: Mapping[str, object] = {}
Ask = Callable[[], object]
"""Finds out who the user is, None if it is nobody known.  Does not raise."""
Exported = Union[Mapping[str, object], str, bytes, None]
"""What ``export`` gave, as itself or as JSON text, whatever carried it."""


class Asked:
    """A user's identity that is found out when the first call needs it."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._answer: object | None = None

    def answer(self) -> object | None:
        """Who it is; asked for again only while the answer is nobody."""
        if self._answer is None:
            self._answer = self._ask()
        return self._answer


class Surroundings(NamedTuple):
    """What the scopes around a call say, the inner one winning key by key."""

    user: object | None = None  # the identity, or one to be Asked for
    anonymous_id: object | None = None
    context: object = _NOTHING  # a mapping, or what each call in the scope complains of
    opened_by: Scope | None = None
    outer: Surroundings | None = None
    spare: Mapping[str, object] = (
        _NOTHING  # context that gives way where there is no room
    )

    @property
    def user_id(self) -> object | None:
        """Who the user is."""
        user = self.user
        return user.answer() if type(user) is Asked else user


_NOWHERE: Final = Surroundings()
surroundings: ContextVar[Surroundings] = ContextVar("surroundings", default=_NOWHERE)


class Scope:
    """A ``with`` block whose calls share an identity and a context.

    It can be entered any number of times, in several threads and tasks at once.
    """

    def __init__(self, inner: Surroundings) -> None:
        self._inner = inner

    def __enter__(self) -> None:
        surroundings.set(self.within(surroundings.get()))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        surroundings.set(_left(surroundings.get(), self))

    def within(self, outer: Surroundings) -> Surroundings:
        """What holds in this scope when that holds around it."""
        inner = self._inner
        return Surroundings(
            outer.user if inner.user is None else inner.user,
            outer.anonymous_id if inner.anonymous_id is None else inner.anonymous_id,
            _merged(outer.context, inner.context),
            self,
            outer,
            {**outer.spare, **inner.spare} if inner.spare else outer.spare,
        )


class Resumable:
    """A scope for work done piece by piece, each in a ``with`` block of its own.

    What one piece leaves open, such as a generator's scope, is there again in the next.
    """

    def __init__(self, scope: Scope) -> None:
        self._here = scope.within(surroundings.get())
        self._before: list[Token[Surroundings]] = []

    def __enter__(self) -> None:
        self._before.append(surroundings.set(self._here))

    def __exit__(self, *_: object) -> None:
        self._here = surroundings.get()
        surroundings.reset(self._before.pop())


class Scopes:
    """What ``scope`` is: call it to open one, or carry one from process to process."""

    def __call__(
        self,
        *,
        user_id: UserId | None = None,
        anonymous_id: UserId | None = None,
        context: Context | None = None,
    ) -> Scope:
        """A block whose calls have this identity and context, unless they say otherwise.

        Holds for the thread or asyncio task, and for the tasks started inside::

            with scope(user_id=request.user.id, context={"ip": request.ip}):
                order_completed(order_id="1")

        A thread begins without one: ``contextvars.copy_context().run`` takes it along.
        """
        shared: object = _NOTHING if context is None else context
        return Scope(Surroundings(user_id, anonymous_id, shared))

    def export(self) -> dict[str, object]:
        """The scope in force, as JSON has it, to travel in a task's headers."""
        here = surroundings.get()
        said = {
            "user_id": _identity(to_json(here.user_id, "user_id")),
            "anonymous_id": _identity(to_json(here.anonymous_id, "anonymous_id")),
            "context": _mapping(to_json(here.context, "context")) or None,
        }
        return {key: value for key, value in said.items() if value is not None}

    def restore(self, exported: Exported) -> Scope:
        """A block with the scope that ``export`` gave, perhaps in another process.

        None, and what does not look like an export, gives an empty scope.
        """
        given = _mapping(_decoded(exported))
        who = _identity(given.get("user_id")), _identity(given.get("anonymous_id"))
        return Scope(Surroundings(*who, _mapping(given.get("context"))))


def _left(here: Surroundings, scope: Scope) -> Surroundings:
    """What holds once the innermost entry of a scope is left.

    That need not be the last that was entered: a generator's scope may end at any time.
    Nor need it be here at all: it may have been entered in another task.
    """
    outer, opened_by = here.outer, here.opened_by
    if outer is None or opened_by is None:
        return here
    if opened_by is scope:
        return outer
    rest = _left(outer, scope)
    return here if rest is outer else opened_by.within(rest)


def as_dict(value: object) -> dict[str, object] | None:
    """A mapping as a dict; None for what is none, or cannot be read."""
    try:
        if isinstance(value, Mapping):
            return {**cast("Mapping[str, object]", value)}
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None
    return None


def _merged(outer: object, inner: object) -> object:
    """Both contexts in a new one; what is no mapping, or cannot be read, stays for the calls
    to report."""
    merged: dict[str, object] = {}
    for each in (outer, inner):
        found = as_dict(each)
        if found is None:
            return each
        merged.update(found)
    return merged


def _mapping(value: object) -> Mapping[str, object]:
    return as_dict(value) or {}


def _identity(value: object) -> str | int | None:
    """What can be somebody's identity; 0 can, "" and True cannot."""
    try:
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return value if value != "" else None
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None
    return None


def _decoded(exported: object) -> object:
    """An export, out of the JSON text that some brokers make of a header."""
    if type(exported) is not str and type(exported) is not bytes:
        return exported
    try:
        return json.loads(exported)
    except (ValueError, RecursionError):
        return None


scope = Scopes()
