"""A folder of files that can be made again at any time, and so may be lost."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

_TAG: Final = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder is a cache of typewriter's.  See https://bford.info/cachedir/
"""
_OWN: Final = {"CACHEDIR.TAG": _TAG, ".gitignore": "*\n"}


def keep(folder: Path, name: str, data: bytes, most: int) -> bool:
    """Writes a file by one rename, and removes all but the latest ``most`` of its suffix.

    Returns whether it is there: where nothing can be written, there is no cache.
    """
    passing = folder / f"{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for tag, text in _OWN.items():
            if not (folder / tag).exists():
                (folder / tag).write_text(text, encoding="utf-8")
        passing.write_bytes(data)
        os.replace(passing, folder / name)
    except OSError:
        with contextlib.suppress(OSError):
            passing.unlink(missing_ok=True)
        return False
    with contextlib.suppress(OSError):
        kept = sorted(folder.glob(f"*{Path(name).suffix}"), key=lambda path: path.stat().st_mtime)
        for old in kept[:-most]:
            old.unlink(missing_ok=True)
    return True
