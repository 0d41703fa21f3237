"""``transport=``: messages handed to something that the application already has."""

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
    """Anything that sends messages: a return is delivery, an exception a retry."""

    def send(self, batch: list[dict[str, Any]], /) -> object:
        """Send messages, as they go on the wire."""
        ...


class SdkClient(Protocol):
    """What looks like ``segment.analytics.Client``: RudderStack's client does, too."""

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
        """Hand over a batch; what ``send`` raises makes the worker try again."""
        answer = self._send([json.loads(payload) for payload in batch])
        if _is_unfinished(answer):
            return Answer("refused", _ASYNC)
        return Answer("delivered")

    def close(self) -> None:
        """The transport is the application's to close."""


class ToSdk:
    """Makes of each message a call of another SDK's client, by keyword."""

    def __init__(self, client: SdkClient) -> None:
        self._client = client
        self._settled: dict[bytes, str] = {}  # of a batch amid which the SDK failed

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Hand over message by message.  The SDK's own queue takes it from there.

        An SDK that posts at once (``sync_mode``) raises what the network does.  Then the
        message is tried again, and those before it are not.
        """
        outcomes: list[str] = []
        for payload in batch:
            try:
                outcomes.append(self._once(payload))
            except Exception:
                self._settled = dict(zip(batch, outcomes))
                if outcomes:
                    return Answer("split")  # so that only what is left is tried again
                raise
        refused = [place for place, why in enumerate(outcomes) if why]
        detail = outcomes[refused[-1]] if refused else ""
        return Answer("handed_over", detail, refused=refused)

    def close(self) -> None:
        """The SDK's client is the application's to close."""

    def _once(self, payload: bytes) -> str:
        known = self._settled.pop(payload, None)
        return self._hand_over(json.loads(payload)) if known is None else known

    def _hand_over(self, message: dict[str, Any]) -> str:
        """Returns why it was not taken, or "".  Raises what is worth another attempt."""
        if _works(self._client) is False:
            return "the SDK's threads have ended, as they do at a fork"
        kind = message.pop("type")
        arguments = _arguments(message)
        if kind == "alias":
            arguments.pop("anonymous_id", None)  # which these SDKs do not take there
        try:
            answer: Any = getattr(self._client, kind)(**arguments)
        except Exception as error:  # an SDK's own; AssertionError, often
            if _may_pass(error):
                raise
            return raised(error)
        if _is_unfinished(answer):
            return _ASYNC
        return "" if _is_taken(answer) else "the SDK did not take it"


def wait_for_sdk(client: SdkClient, until: float) -> None:
    """Wait until the SDK has sent what it took, or can not any more."""
    queue: Any = getattr(client, "queue", None)
    while _works(client) and monotonic() < until:
        if not getattr(queue, "unfinished_tasks", 0):
            return
        sleep(0.01)


def _works(client: Any) -> bool | None:
    """Whether any of the SDK's threads is there to send what its queue takes.

    None if it has none to begin with, or none that can be seen.
    """
    threads: Any = getattr(client, "consumers", None)
    if not isinstance(threads, list) or not threads or not client.send:
        return None
    try:
        return any(thread.is_alive() for thread in cast("list[Thread]", threads))
    except AttributeError:
        return None


def _may_pass(error: Exception) -> bool:
    """Whether it is the network's or the server's, rather than what the SDK has against
    the call: it asserts and raises TypeError, ValueError and RuntimeError.

    Its APIError has the answer's status; what requests raises is an OSError.
    """
    status: Any = getattr(error, "status", None)
    if isinstance(status, int):
        return status in PASSING
    return isinstance(error, OSError) or not isinstance(error, _OBJECTIONS)


def _is_unfinished(answer: Any) -> bool:
    """Whether it would have to be awaited: then nothing has been sent, nor will be."""
    if not hasattr(answer, "__await__"):
        return False
    if callable(getattr(answer, "close", None)):
        answer.close()
    return True


def _is_taken(answer: Any) -> bool:
    """``(False, message)`` is how these SDKs say that their queue is full."""
    if isinstance(answer, tuple) and answer:
        return answer[0] is not False
    return answer is not False


_OBJECTIONS = AssertionError, AttributeError, RuntimeError, TypeError, ValueError
_ASYNC = "the transport is async, and nobody awaits it"
_NAMES = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "messageId": "message_id",
    "groupId": "group_id",
    "previousId": "previous_id",
}


def _arguments(message: dict[str, Any]) -> dict[str, Any]:
    """Keywords as ``segment.analytics.Client`` spells them."""
    arguments = {_NAMES.get(key, key): value for key, value in message.items()}
    arguments["timestamp"] = _moment(message["timestamp"])
    return arguments


def _moment(text: str) -> datetime | None:
    """An RFC 3339 text as a datetime, also for Python 3.9, which reads only its own."""
    text = re.sub(r"[zZ]$", "+00:00", text)
    text = re.sub(r"\.(\d+)", lambda digits: f".{digits[1]:0<6.6}", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # a leap second: the SDK's own time will do
        return None
