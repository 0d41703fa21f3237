"""``transport=``: hands messages to a transport or SDK client of the application's."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Callable, Protocol, Union, cast

from ..log import raised
from .batches import PASSING, Answer

if TYPE_CHECKING:
    from threading import Thread


class BatchTransport(Protocol):
    """Anything that sends messages: returning means delivered, raising means retry."""

    def send(self, batch: list[dict[str, Any]], /) -> object:
        """Send messages, in their form on the wire."""
        ...


class SdkClient(Protocol):
    """The interface of ``segment.analytics.Client``, which RudderStack's client shares."""

    def track(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: D102
    def identify(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: D102
    def group(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: D102
    def page(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: D102
    def screen(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: D102
    def alias(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: D102


Transport = Union[BatchTransport, SdkClient]


class ToBatches:
    """Hands whole batches to ``send``."""

    def __init__(self, send: Callable[[list[dict[str, Any]]], object]) -> None:
        self._send = send

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Hand over a batch; if ``send`` raises, the worker retries."""
        answer = self._send([json.loads(payload) for payload in batch])
        if _is_unfinished(answer):
            return Answer("refused", _ASYNC)
        return Answer("delivered")

    def close(self) -> None:
        """Do nothing: closing the transport is up to the application."""


class ToSdk:
    """Passes each message to a method of another SDK's client, by keyword."""

    def __init__(self, client: SdkClient) -> None:
        self._client = client
        self._done: dict[bytes, str] = {}  # outcomes in a batch in which the SDK failed

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Hand over one message after the other to the SDK's own queue.

        An SDK that posts at once (``sync_mode``) raises network errors.  Then the message
        is retried, without those before it.
        """
        outcomes: list[str] = []
        for payload in batch:
            try:
                outcomes.append(self._once(payload))
            except Exception:
                self._done = dict(zip(batch, outcomes))
                if outcomes:
                    return Answer("split")  # so that only the rest is retried
                raise
        refused = [index for index, why in enumerate(outcomes) if why]
        detail = outcomes[refused[-1]] if refused else ""
        return Answer("handed_over", detail, refused=refused)

    def close(self) -> None:
        """Do nothing: closing the SDK's client is up to the application."""

    def _once(self, payload: bytes) -> str:
        known = self._done.pop(payload, None)
        return self._hand_over(json.loads(payload)) if known is None else known

    def _hand_over(self, message: dict[str, Any]) -> str:
        """Returns why it was not accepted, or "".  Raises errors that merit a retry."""
        if _works(self._client) is False:
            return "the SDK's threads have ended, as they do in a forked child"
        kind = message.pop("type")
        arguments = _arguments(message)
        if kind == "alias":
            arguments.pop("anonymous_id", None)  # not a parameter of these SDKs' alias
        try:
            answer: Any = getattr(self._client, kind)(**arguments)
        except Exception as error:  # raised by the SDK, often AssertionError
            if _may_pass(error):
                raise
            return raised(error)
        if _is_unfinished(answer):
            return _ASYNC
        return "" if _is_accepted(answer) else "the SDK did not accept it"


def wait_for_sdk(client: SdkClient, until: float) -> None:
    """Wait until the SDK has sent what it accepted, or can no longer do so."""
    queue: Any = getattr(client, "queue", None)
    while _works(client) and monotonic() < until:
        if not getattr(queue, "unfinished_tasks", 0):
            return
        sleep(0.01)


def _works(client: Any) -> bool | None:
    """Whether any of the SDK's threads is alive to send what is in its queue.

    None if it never has threads, or they are not accessible.
    """
    threads: Any = getattr(client, "consumers", None)
    if not isinstance(threads, list) or not threads or not client.send:
        return None
    try:
        return any(thread.is_alive() for thread in cast("list[Thread]", threads))
    except AttributeError:
        return None


def _may_pass(error: Exception) -> bool:
    """Whether it is an error of the network or server, rather than the SDK's objection to
    the call, an AssertionError, TypeError, ValueError or RuntimeError.

    The SDK's APIError has the answer's status; the errors of requests are OSErrors.
    """
    status: Any = getattr(error, "status", None)
    if isinstance(status, int):
        return status in PASSING
    return isinstance(error, OSError) or not isinstance(error, _OBJECTIONS)


def _is_unfinished(answer: Any) -> bool:
    """Whether it would have to be awaited: then nothing is ever sent."""
    if not hasattr(answer, "__await__"):
        return False
    if callable(getattr(answer, "close", None)):
        answer.close()
    return True


def _is_accepted(answer: Any) -> bool:
    """False for ``(False, message)``, which these SDKs return if their queue is full."""
    if isinstance(answer, tuple) and answer:
        return answer[0] is not False
    return answer is not False


_OBJECTIONS = AssertionError, AttributeError, RuntimeError, TypeError, ValueError
_ASYNC = "the transport is async, but is never awaited"
_NAMES = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "messageId": "message_id",
    "groupId": "group_id",
    "previousId": "previous_id",
}


def _arguments(message: dict[str, Any]) -> dict[str, Any]:
    """The message as keyword arguments of ``segment.analytics.Client``."""
    arguments = {_NAMES.get(key, key): value for key, value in message.items()}
    arguments["timestamp"] = _moment(message["timestamp"])
    return arguments


def _moment(text: str) -> datetime | None:
    """An RFC 3339 time as a datetime, on Python 3.9, too, which only parses its own format."""
    text = re.sub(r"[zZ]$", "+00:00", text)
    text = re.sub(r"\.(\d+)", lambda digits: f".{digits[1]:0<6.6}", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # a leap second: the SDK will use the current time
        return None
