"""Writes messages as lines of JSON to a file, for development without a write key."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from errno import ELOOP, EPERM
from stat import S_ISDIR, S_ISREG
from tempfile import gettempdir

from ..log import Log, log
from .batches import Answer

LIMIT = 10_000_000
"""Bytes at which the file is renamed to ``….1``, replacing an older one."""


class LocalFile:
    """A file of bounded size that only its owner can read."""

    def __init__(
        self,
        path: str,
        log: Log = log,
        *,
        asked_for: bool = True,
        among_others: bool = False,
    ) -> None:
        """``among_others``: another user could have created its folder before us."""
        self._log = log
        self._path = path
        self._among_others = among_others
        self._logged = not asked_for

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Append one line for each message."""
        try:
            self._append(b"".join(payload + b"\n" for payload in batch))
        except OSError as error:
            return Answer("refused", f"{self._path}: {error.strerror}")
        if not self._logged:
            self._logged = True
            self._log().info("analytics messages are written to %s", self._path)
        return Answer("stored")

    def close(self) -> None:
        """Do nothing: the file is only open while it is written."""

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
        """Open the file so that others cannot read it.  Raises OSError if it may be theirs."""
        how = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            file = os.open(self._path, how, 0o600)
        except OSError as error:
            if error.errno != ELOOP:
                raise
            return self._open_linked()
        try:
            self._keep_private(file)
        except BaseException:
            os.close(file)
            raise
        return file

    def _open_linked(self) -> int:
        """Open the target of a link, such as /dev/stdout, unless that is a regular file:
        another user's link may lead to any file."""
        with suppress(FileNotFoundError):
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
            if not S_ISREG(os.fstat(file).st_mode):
                return file
            os.close(file)
        raise PermissionError(EPERM, "is a link to a file, which is not followed")

    def _keep_private(self, file: int) -> None:
        found = os.fstat(file)
        if sys.platform == "win32" or not S_ISREG(found.st_mode):
            return
        if found.st_mode & 0o077:
            try:
                os.fchmod(file, 0o600)
            except PermissionError as error:
                raise PermissionError(
                    EPERM, "other users can read it, and it belongs to another user"
                ) from error
            text = "%s was readable by other users (mode %o); now only its owner can read it"
            self._log().warning(text, self._path, found.st_mode & 0o777)


class DefaultFile:
    """The file of a package that is not configured: the first that can be written, in the
    user's state folder or in a temporary one."""

    def __init__(self, package: str, log: Log, why: str) -> None:
        """``why``: the reason for using the file, logged together with its path."""
        self._name = f"{package}.jsonl"
        self._log = log
        self._why = why
        self._file: LocalFile | None = None

    def send(self, batch: Sequence[bytes], timeout: float) -> Answer:
        """Append one line for each message."""
        if self._file is not None:
            answer = self._file.send(batch, timeout)
            if answer.outcome == "stored":
                return answer
        failures: list[str] = []
        for path, file in self._files():
            answer = file.send(batch, timeout)
            if answer.outcome == "stored":
                text = "%s: analytics messages are written to %s (see configure)"
                self._log().warning(text, self._why, path)
                self._file = file
                return answer
            failures.append(answer.detail)
        return Answer("refused", "; ".join([self._why, *failures]))

    def close(self) -> None:
        """Do nothing: the file is only open while it is written."""

    def _files(self) -> Iterator[tuple[str, LocalFile]]:
        """The candidates.  A user without a home, as in some containers, has only one."""
        state = os.environ.get("XDG_STATE_HOME", "")
        if not os.path.isabs(state):
            state = os.path.join(os.path.expanduser("~"), ".local", "state")
        if os.path.isabs(state):
            path = os.path.join(state, "typewriter", self._name)
            yield path, LocalFile(path, self._log, asked_for=False)
        try:
            folder = os.path.join(gettempdir(), f"typewriter-{_user()}")
        except OSError:  # there is no writable one
            return
        path = os.path.join(folder, self._name)
        file = LocalFile(path, self._log, asked_for=False, among_others=True)
        yield path, file


def _user() -> int:
    return 0 if sys.platform == "win32" else os.getuid()


def _check_private(folder: str) -> None:
    """Raise PermissionError for a folder that another user owns or can write to."""
    found = os.lstat(folder)
    if sys.platform == "win32":
        return
    if not S_ISDIR(found.st_mode) or found.st_uid != _user() or found.st_mode & 0o022:
        raise PermissionError(
            EPERM, "other users own or can write to the folder", folder
        )
