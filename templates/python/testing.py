"""For tests of the application: what was sent.

::

    def test_checkout():
        with capture() as sent:
            checkout(cart)
        assert [message["event"] for message in sent] == ["Order Completed"]

The same as a fixture of pytest, ``sent``: ``pytest_plugins = ["analytics.testing"]`` in
conftest.py, by the package's own name.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ._client import Client, OnViolation, Violation, ViolationError, using
from ._client.message import MESSAGE_BYTES


class _Capture(Client):
    """Keeps what it accepts, and refuses what is refused in production."""

    def __init__(self, on_violation: OnViolation) -> None:
        super().__init__(enabled=False, on_violation=on_violation)
        self.sent: list[dict[str, Any]] = []

    def accept(self, payload: bytes) -> None:
        if len(payload) > MESSAGE_BYTES:
            self.refuse(payload, "too_large")
        else:
            self.sent.append(json.loads(payload))

    def refuse(self, payload: bytes, reason: str) -> None:
        """As in production; and say so aloud where violations are raised."""
        super().refuse(payload, reason)
        if self.settings.on_violation == "raise":
            message: dict[str, Any] = json.loads(payload)
            event: str = message.get("event") or message["type"]
            said = f"the message of {len(payload):,} bytes would be lost: {reason}"
            raise ViolationError([Violation(event, "", "Out Of Range", said)])


@contextmanager
def capture(
    *, on_violation: OnViolation = "raise"
) -> Generator[list[dict[str, Any]], None, None]:
    """A block whose messages go nowhere but to this list, as they would on the wire.

    A call that breaks the tracking plan, or whose message would be dropped, raises
    ViolationError, unless ``on_violation`` says otherwise.  Holds for all threads, whatever
    the application configures inside; after the block all is as before it.
    """
    client = _Capture(on_violation)
    with using(client):
        yield client.sent


def _sent() -> Generator[list[dict[str, Any]], None, None]:
    """The messages that the test sent, as they would go on the wire."""
    with capture() as messages:
        yield messages


if find_spec("pytest") is not None:
    sent: Any = import_module("pytest").fixture(name="sent")(_sent)
