"""Files that only save time: in the user's own folder for caches, never in a checkout.

What a checkout contains may be a stranger's, who would decide what an audit finds.  A cache is
optional: where nothing can be kept, there is none.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

_TAG: Final = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of typewriter's.  See https://bford.info/cachedir/
"""
_DIGEST: Final = "[0-9a-f]{32}"
_OWN: Final = {"CACHEDIR.TAG": _TAG, ".gitignore": "*\n"}
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def own_folder() -> Path | None:
    """Where typewriter's caches are by default, for all projects; None if there is no such place.

    That is a folder in the user's folder for caches, as the system has it, to which nobody else
    may write.  It need not exist yet.
    """
    base = _base()
    if not os.path.isabs(base):  # no home, or a variable that is to be ignored
        return None
    folder = Path(base, "typewriter")
    return folder if _is_private(folder) else None


def _base() -> str:
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA", "")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches")
    given = os.environ.get("XDG_CACHE_HOME", "")
    return given if os.path.isabs(given) else os.path.join(home, ".cache")


def _is_private(folder: Path) -> bool:
    """Whether a folder is the user's own, or does not exist (on Windows each has their own)."""
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if os.name == "nt":
        return stat.S_ISDIR(status.st_mode)
    mine = status.st_uid == os.geteuid()
    return stat.S_ISDIR(status.st_mode) and mine and not status.st_mode & _OTHERS_WRITE


def keep(folder: Path, name: str, data: bytes, most: int) -> bool:
    """Writes a file by one rename, and removes all but the latest ``most`` of its kind: those
    that differ from it in their digest alone, ``audit-….json``.

    A new folder is readable by the user alone.  Only one that is new or empty is marked as a
    cache, and a link, which a checkout may bring along, is not followed.  Returns whether it was
    written.
    """
    temporary = folder / f"{name}.{os.getpid()}"
    if folder.is_symlink():
        return False
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if not any(folder.iterdir()):
            for tag, text in _OWN.items():
                (folder / tag).write_text(text, encoding="utf-8")
        with open(temporary, "xb") as file:
            file.write(data)
        os.replace(temporary, folder / name)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return False
    with contextlib.suppress(OSError):
        kind = re.sub(_DIGEST, lambda _: _DIGEST, re.escape(name))
        ours = [path for path in folder.iterdir() if re.fullmatch(kind, path.name)]
        for old in sorted(ours, key=lambda path: path.stat().st_mtime)[:-most]:
            old.unlink(missing_ok=True)
    return True
