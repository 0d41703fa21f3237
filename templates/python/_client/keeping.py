"""What a backlog does for messages that outlive the process; here, nothing: see ``spool``."""

from __future__ import annotations

from collections.abc import Sequence


class Keeping:
    """A backlog that keeps nothing."""

    def open(self) -> None:
        """Take what is needed from the system, or raise ValueError or OSError."""

    def shut(self) -> None:
        """Give it back: all is over."""

    def keeps(self, part: Sequence[bytes]) -> bool:
        """Whether these messages are safe, for as long as it takes to send them."""
        return False

    def is_too_old(self, part: Sequence[bytes]) -> bool:
        """Whether these messages have waited for longer than they may."""
        return False

    def put_back(self, part: list[bytes]) -> None:
        """Let a part that is kept wait until the others were tried."""

    def forget(self, part: Sequence[bytes]) -> None:
        """A part is settled, and told to whom it concerns."""

    def note(self, part: Sequence[bytes], failure: str) -> None:
        """A part was not delivered, and why."""
