"""Scopes: an identity and a context that all calls in a block share."""

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
"""Finds out who the user is, None if unknown.  Does not raise."""
Exported = Union[Mapping[str, object], str, bytes, None]
"""The result of ``export``, unchanged or as JSON text, depending on the transport."""


class Asked:
    """A user's identity that is looked up when the first call needs it."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._answer: object | None = None

    def answer(self) -> object | None:
        """The identity, None if unknown; a known one is not looked up again."""
        if self._answer is None:
            self._answer = self._ask()
        return self._answer


class Surroundings(NamedTuple):
    """What the scopes around a call set; inner ones override outer ones key by key."""

    user: object | None = None  # the identity, or an Asked one
    anonymous_id: object | None = None
    context: object = _NOTHING  # a mapping, or an invalid value that calls report
    opened_by: Scope | None = None
    outer: Surroundings | None = None
    spare: Mapping[str, object] = _NOTHING  # context to leave out if there is no room

    @property
    def user_id(self) -> object | None:
        """Who the user is."""
        user = self.user
        return user.answer() if type(user) is Asked else user


_NOWHERE: Final = Surroundings()
surroundings: ContextVar[Surroundings] = ContextVar("surroundings", default=_NOWHERE)


class Scope:
    """A ``with`` block whose calls share an identity and a context.

    It can be entered any number of times, also in several threads and tasks at once.
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
        """The surroundings inside this scope, given those outside."""
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
    """A scope for work that is done in pieces, each in its own ``with`` block.

    Scopes that one piece leaves open, such as a generator's, apply again in the next.
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
    """The type of ``scope``: call it to open a scope, or export one to another process."""

    def __call__(
        self,
        *,
        user_id: UserId | None = None,
        anonymous_id: UserId | None = None,
        context: Context | None = None,
    ) -> Scope:
        """A block whose calls have this identity and context, unless they set others.

        Applies to the thread or asyncio task, and to the tasks started inside::

            with scope(user_id=request.user.id, context={"ip": request.ip}):
                order_completed(order_id="1")

        A new thread starts without one: use ``contextvars.copy_context().run`` to pass it.
        """
        shared: object = _NOTHING if context is None else context
        return Scope(Surroundings(user_id, anonymous_id, shared))

    def export(self) -> dict[str, object]:
        """The current scope in JSON's types, to be sent in a task's headers."""
        here = surroundings.get()
        found = {
            "user_id": _identity(to_json(here.user_id, "user_id")),
            "anonymous_id": _identity(to_json(here.anonymous_id, "anonymous_id")),
            "context": _mapping(to_json(here.context, "context")) or None,
        }
        return {key: value for key, value in found.items() if value is not None}

    def restore(self, exported: Exported) -> Scope:
        """A block with the scope that ``export`` returned, perhaps in another process.

        None, and anything that is not an export, gives an empty scope.
        """
        given = _mapping(_decoded(exported))
        who = _identity(given.get("user_id")), _identity(given.get("anonymous_id"))
        return Scope(Surroundings(*who, _mapping(given.get("context"))))


def _left(here: Surroundings, scope: Scope) -> Surroundings:
    """The surroundings after the innermost entry of a scope is left.

    It need not be the last one entered: a generator's scope may end at any time.  It may
    not even be there: it may have been entered in another task.
    """
    outer, opened_by = here.outer, here.opened_by
    if outer is None or opened_by is None:
        return here
    if opened_by is scope:
        return outer
    rest = _left(outer, scope)
    return here if rest is outer else opened_by.within(rest)


def as_dict(value: object) -> dict[str, object] | None:
    """A mapping as a dict; None for anything else, and if it cannot be read."""
    try:
        if isinstance(value, Mapping):
            return {**cast("Mapping[str, object]", value)}
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None
    return None


def _merged(outer: object, inner: object) -> object:
    """Both contexts merged; one that is not a mapping, or cannot be read, is returned for
    the calls to report."""
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
    """The value if it can be an identity, else None; 0 can be one, "" and True cannot."""
    try:
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            return value if value != "" else None
    except Exception:  # noqa: BLE001 - whatever an object's own methods raise
        return None
    return None


def _decoded(exported: object) -> object:
    """An export, decoded from JSON text, to which some brokers convert a header."""
    if type(exported) is not str and type(exported) is not bytes:
        return exported
    try:
        return json.loads(exported)
    except (ValueError, RecursionError):
        return None


scope = Scopes()
