"""For the application's tests: captures what is sent.  Each package has its own.

::

    from acme.analytics.testing import capture

    def test_checkout():
        with capture() as sent:
            checkout(cart)
        assert [message["event"] for message in sent] == ["Order Completed"]

The same as a pytest fixture, ``sent``: put ``pytest_plugins = ["acme.analytics.testing"]``
into conftest.py.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from .calls.message import MESSAGE_BYTES
from .calls.violation_policy import OnViolation, ViolationError
from .client import Client
from .rules.report import Violation

if TYPE_CHECKING:
    from .package import Package


class Capture(Protocol):
    """The ``capture`` of a generated package."""

    def __call__(
        self, *, on_violation: OnViolation = "raise"
    ) -> AbstractContextManager[list[dict[str, Any]]]:
        """A block whose messages only go to this list, exactly as they would be sent.

        A call that violates the tracking plan, or whose message would be dropped, raises
        ViolationError, unless ``on_violation`` says otherwise.  Applies to all threads,
        whatever the application configures inside; the block undoes it all at its end.
        """
        ...


def capture_for(package: Package) -> Capture:
    """The ``capture`` of a package."""

    @contextmanager
    def capture(
        *, on_violation: OnViolation = "raise"
    ) -> Generator[list[dict[str, Any]], None, None]:
        client = _Capturing(on_violation)
        with package.using(client):
            yield client.sent

    capture.__doc__ = Capture.__call__.__doc__
    return capture


def fixture_for(package: Package) -> Any:
    """The fixture ``sent`` of a package, which pytest finds in a plugin or conftest.py.

    None if pytest is not installed.
    """
    try:
        import pytest
    except ImportError:
        return None
    capture = capture_for(package)

    def sent() -> Generator[list[dict[str, Any]], None, None]:
        """The messages that the test sent, exactly as they would be sent."""
        with capture() as messages:
            yield messages

    return pytest.fixture(name="sent")(sent)


class _Capturing(Client):
    """Keeps what it accepts and refuses what is refused in production."""

    def __init__(self, on_violation: OnViolation) -> None:
        super().__init__(enabled=False, on_violation=on_violation)
        self.sent: list[dict[str, Any]] = []

    def accept(self, payload: bytes) -> None:
        if len(payload) > MESSAGE_BYTES:
            self.refuse(payload, "too_large")
        else:
            self.sent.append(json.loads(payload))

    def refuse(self, payload: bytes, reason: str, cause: str = "") -> None:
        """Refuse as in production, and raise if violations are raised."""
        super().refuse(payload, reason, cause)
        if self.settings.on_violation == "raise":
            message: dict[str, Any] = json.loads(payload)
            event: str = message.get("event") or message["type"]
            size = f" of {len(payload):,} bytes" if len(payload) > MESSAGE_BYTES else ""
            text = f"the message{size} would be lost: {reason}"
            raise ViolationError([Violation(event, "", "Out Of Range", text)])
