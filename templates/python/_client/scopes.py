"""Who and what a stretch of work is about, so that each call need not say it again."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from .forks import load

if TYPE_CHECKING:
    from types import TracebackType

    from .options import Context, UserId


_NOTHING: Mapping[str, object] = {}


class Surroundings(NamedTuple):
    """What the scopes around a call say, the inner one winning key by key."""

    user_id: object | None = None
    anonymous_id: object | None = None
    context: object = _NOTHING  # a mapping, or what each call in the scope complains of


_NOWHERE: Final = Surroundings()
surroundings: ContextVar[Surroundings] = ContextVar("surroundings", default=_NOWHERE)


class Scope:
    """A ``with`` block whose calls share an identity and a context."""

    def __init__(self, inner: Surroundings) -> None:
        self._inner = inner
        self._tokens: list[Token[Surroundings]] = []

    def __enter__(self) -> None:
        outer = surroundings.get()
        user_id, anonymous_id, context = self._inner
        merged = Surroundings(
            outer.user_id if user_id is None else user_id,
            outer.anonymous_id if anonymous_id is None else anonymous_id,
            _merged(outer.context, context),
        )
        self._tokens.append(surroundings.set(merged))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            surroundings.reset(self._tokens.pop())
        except ValueError:  # entered in another task's context, which ends with it
            pass


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
        """
        shared: object = _NOTHING if context is None else context
        return Scope(Surroundings(user_id, anonymous_id, shared))

    def export(self) -> dict[str, object]:
        """The scope in force, as JSON has it, to travel in a task's headers."""
        load(".normal")
        from .normal import to_json

        here = surroundings.get()._asdict()
        return {key: to_json(value, key) for key, value in here.items() if value}

    def restore(self, exported: Mapping[str, object] | None) -> Scope:
        """A block with the scope that ``export`` gave, perhaps in another process.

        None, and what does not look like an export, gives an empty scope.
        """
        given = _mapping(exported)
        context = _mapping(given.get("context"))
        who = given.get("user_id"), given.get("anonymous_id")
        return Scope(Surroundings(*who, context))


def _merged(outer: object, inner: object) -> object:
    """Both contexts in a new one; what is no mapping stays, for the calls to report."""
    for each in (inner, outer):
        if not isinstance(each, Mapping):
            return each
    return {**_mapping(outer), **_mapping(inner)}


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


scope = Scopes()
