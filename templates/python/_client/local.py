"""Messages as lines of JSON in a file, for development without a write key."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .answer import Answer
from .report import PACKAGE, log

LIMIT = 10_000_000
"""Bytes, after which the file moves to ``….1``, in place of the one that was there."""


def default_path() -> str:
    """The file of this package in the user's own folder for such things."""
    home = os.path.expanduser("~")
    state = os.environ.get("XDG_STATE_HOME") or os.path.join(home, ".local", "state")
    return os.path.join(state, "typewriter", f"{PACKAGE}.jsonl")


class LocalFile:
    """A file that only its owner can read, and that does not grow without end."""

    def __init__(self, path: str, *, asked_for: bool) -> None:
        self._path = path
        self._asked_for = asked_for
        self._said = False

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Append one line for each message."""
        try:
            self._append(b"".join(payload + b"\n" for payload in batch))
        except OSError as error:
            return Answer("refused", f"{self._path}: {error.strerror}")
        self._say_where()
        return Answer("delivered")

    def close(self) -> None:
        """There is nothing to close: the file is open only while it is written."""

    def _append(self, lines: bytes) -> None:
        folder = os.path.dirname(self._path)
        if folder:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        file = self._open()
        try:
            size = os.fstat(file).st_size
            if size and size + len(lines) > LIMIT:
                os.replace(self._path, f"{self._path}.1")
                os.close(file)
                file = self._open()
            written = 0
            while written < len(lines):
                written += os.write(file, lines[written:])
        finally:
            os.close(file)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _say_where(self) -> None:
        if self._said:
            return
        self._said = True
        if self._asked_for:
            log().info("analytics messages go to %s", self._path)
        else:
            advice = "no write key: analytics messages go to %s (see configure)"
            log().warning(advice, self._path)
