"""The disk: the one part that opens what is there, and knows links, pipes and devices.

A path is explicit if the user named it on the command line; everything else is only found there:
a folder's entries, includes, templates, a configuration, a cache.  What is found may come from a
stranger's checkout, so it must be a file, and a link must not lead out of the folder (or the
repository) it was found in.  ``output.write`` writes by the same rules.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Final

Name = str | os.PathLike[str]

LARGEST: Final = 64 << 20
"""Bytes of a plan, a configuration, a report: what is read as a whole."""

_STREAMS: Final = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")
"""What shells write for ``<(…)``: nobody names these by accident, and no checkout contains one."""

_WHAT: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


_FLAGS: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_AT_ONCE: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


class NotAFileError(OSError):
    """A pipe, a socket or a device where a file has to be; ``strerror`` says which."""


class OutsideError(OSError):
    """A link that leads out of the folder that it was found in."""


def opened(path: Name, *, pipe: bool = False) -> BufferedReader:
    """A file, open for reading; with ``pipe``, which the user has named, it may be a pipe.

    Never waits for anybody to write to a pipe that is merely found.  Raises NotAFileError, or
    OSError as ``open`` does.
    """
    return BufferedReader(_opened(path, pipe)[0])


def _opened(path: Name, pipe: bool) -> tuple[FileIO, int]:
    """The file without a buffer, and its size."""
    name = os.fspath(path)
    stream = name.startswith(_STREAMS) or (pipe and _is_pipe(name))
    handle = os.open(name, _FLAGS if stream else _FLAGS | _AT_ONCE)
    try:
        status = os.fstat(handle)
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
        if not (stream or stat.S_ISREG(mode)):
            what = next((what for test, what in _WHAT if test(mode)), "something else")
            raise NotAFileError(errno.EINVAL, f"it is {what}, not a file", name)
        return FileIO(handle), status.st_size
    except BaseException:
        os.close(handle)
        raise


def _is_pipe(name: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(name).st_mode)
    except (OSError, ValueError):
        return False  # opening it says why


def read(
    path: Name, *, pipe: bool = False, within: Name | None = None, most: int = LARGEST
) -> bytes:
    """The content of a file, of at most ``most`` bytes.

    ``within`` is the folder that links must not lead out of.  Raises NotAFileError, OutsideError,
    or OSError.
    """
    if within is not None:
        stay(path, within)
    raw, size = _opened(path, pipe)
    with raw if 0 < size <= most else BufferedReader(raw) as file:
        data = raw.readall() if file is raw else file.read(most + 1)
    if len(data) > most:
        raise too_large(path, most)
    return data


def too_large(path: Name, most: int) -> OSError:
    """What ``read`` raises for a file of more than ``most`` bytes."""
    limit = f"{most >> 20} MiB" if most >> 20 else f"{most} bytes"
    return OSError(errno.EFBIG, f"it is larger than {limit}", os.fspath(path))


def beginning(path: Name, size: int) -> bytes:
    """The first bytes of a file, to see what it is.  Raises like ``read``."""
    with opened(path) as file:
        return file.read(size)


# --- links --------------------------------------------------------------------------------------


def stay(path: Name, within: Name) -> None:
    """Raises OutsideError if links make ``path`` lead out of the folder ``within``."""
    if leads_out(path, within):
        raise OutsideError(errno.EPERM, "it is a link that leads out of this folder", path)


def leads_out(path: Name, within: Name) -> bool:
    """Whether links make ``path`` lead out of the folder ``within``."""
    return not _is_below(os.path.realpath(path), os.path.realpath(within))


def in_place(path: Name) -> Path:
    """Where a file really is that is to be edited, so that a link to it stays one.

    Raises OutsideError if that is outside the repository that the link is in.  Outside of
    repositories links are the user's own.
    """
    root = repository(path)
    if root is not None and leads_out(path, root):
        raise OutsideError(errno.EPERM, "it is a link that leads out of the repository", path)
    return Path(os.path.realpath(path))


def _is_below(real: str, root: str) -> bool:
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def owner(path: Name) -> int | None:
    """The number of the user that a path belongs to, a link itself; None if nothing is there.

    The same for all on Windows.
    """
    try:
        return os.lstat(path).st_uid
    except (OSError, ValueError):
        return None


def is_mine(path: Name) -> bool:
    """Whether a path belongs to this user, or to the administrator (on Windows: always)."""
    return os.name == "nt" or owner(path) in (os.geteuid(), 0)


def repository(start: Name) -> Path | None:
    """The folder of the repository (``.git`` is a file in a worktree) that ``start`` is in."""
    here = Path(os.path.abspath(start))
    return next(filter(is_repository, (here, *here.parents)), None)


def is_repository(folder: Name) -> bool:
    """Whether a folder is the root of a repository."""
    return os.path.lexists(os.path.join(folder, ".git"))


# --- folders ------------------------------------------------------------------------------------


def names(folder: Name) -> list[str]:
    """The names of a folder's entries, sorted.  Raises OSError."""
    return sorted(os.listdir(folder))


def below(folder: Name, skipped: Collection[str] = (), *, hidden: bool = False) -> Iterator[str]:
    """The paths of everything in a folder and below it that is not a folder, in order.

    Links to folders are not followed, folders called as in ``skipped`` are left out, and hidden
    entries unless ``hidden``.  Whether an entry is a file, and where a link leads, ``read``
    finds out.
    """
    for root, inner, found in os.walk(folder):
        inner[:] = sorted(n for n in inner if (hidden or n[0] != ".") and n not in skipped)
        yield from (os.path.join(root, n) for n in sorted(found) if hidden or n[0] != ".")
