"""Messages as lines of JSON in a file, for development without a write key."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from errno import EPERM
from stat import S_ISDIR

from ..log import Log, log
from .batches import Answer

LIMIT = 10_000_000
"""Bytes, after which the file moves to ``….1``, in place of the one that was there."""


class LocalFile:
    """A file that only its owner can read, and that does not grow without end."""

    def __init__(
        self,
        path: str,
        log: Log = log,
        *,
        asked_for: bool = True,
        among_others: bool = False,
    ) -> None:
        """``among_others``: anybody could have made its folder before us."""
        self._log = log
        self._path = path
        self._asked_for = asked_for
        self._among_others = among_others
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
        if self._among_others:
            _check_private(folder)
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
            self._log().info("analytics messages go to %s", self._path)
        else:
            advice = "no write key: analytics messages go to %s (see configure)"
            self._log().warning(advice, self._path)


def default_file(package: str, log: Log) -> LocalFile:
    """That of a package, in the user's own folder for such things.

    Who has no home, as in some containers, gets a temporary one.
    """
    name = f"{package}.jsonl"
    state = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        state = os.path.join(os.path.expanduser("~"), ".local", "state")
    if os.path.isabs(state):
        path = os.path.join(state, "typewriter", name)
        return LocalFile(path, log, asked_for=False)
    from tempfile import gettempdir

    folder = os.path.join(gettempdir(), f"typewriter-{_user()}")
    path = os.path.join(folder, name)
    return LocalFile(path, log, asked_for=False, among_others=True)


def _user() -> int:
    return 0 if sys.platform == "win32" else os.getuid()


def _check_private(folder: str) -> None:
    """Raise PermissionError for a folder that another user has made, or can write to."""
    found = os.lstat(folder)
    if sys.platform == "win32":
        return
    if not S_ISDIR(found.st_mode) or found.st_uid != _user() or found.st_mode & 0o022:
        raise PermissionError(EPERM, "the folder is not only ours", folder)
