"""``typewriter generate --watch``: another run whenever a file that the last one read changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

from .io import FINE, tell

_INTERVAL: Final = 0.3  # seconds between looks, where nothing tells us of changes
_SETTLE: Final = 0.05  # editors write in several steps

Stamp: TypeAlias = tuple[int, int, int] | None
"""A file's time, size and inode; None where there is none."""


def watch(run: Callable[[], Iterable[Path]]) -> int:
    """Runs until Ctrl-C.  Mistakes in the plan are reported, and waited out.

    ``run`` gives the files, or folders, whose change calls for another run.
    """
    before: Mapping[Path, Stamp] = {}
    try:
        while True:
            files = dict.fromkeys(_files(run()))
            # What changed while we were at it counts, so files known before keep their stamp.
            seen = {file: before[file] if file in before else _stamp(file) for file in files}
            # Their folders: a new file there may be one that the plan includes by a pattern.
            folders = {each: _stamp(each) for each in {file.parent for file in files}}
            tell(f"watching {len(files)} file{'s' * (len(files) != 1)}; Ctrl-C stops")
            _wait(seen | folders)
            before = {file: _stamp(file) for file in files}
            tell("")
    except KeyboardInterrupt:
        tell("stopped")
        return FINE


def _files(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and those in the folders among them (templates)."""
    found: list[Path] = []
    for path in paths:
        within = [each for each in path.rglob("*") if each.is_file()]
        found += within if path.is_dir() else [path]
    return found


def _wait(seen: Mapping[Path, Stamp]) -> None:
    """Returns when something is not as it was seen."""
    wake = _waker(seen)
    while all(_stamp(path) == stamp for path, stamp in seen.items()):
        wake()
    time.sleep(_SETTLE)


def _waker(seen: Mapping[Path, Stamp]) -> Callable[[], object]:
    """Sleeps until something may have changed: by the system's events if we can have them."""
    try:
        events = import_module("watchfiles").watch
    except ImportError:
        return lambda: time.sleep(_INTERVAL)
    folders = {path if path.is_dir() else path.parent for path in seen}
    folders = {folder for folder in folders if folder.is_dir()}
    stream = events(*folders, recursive=False, yield_on_timeout=True, raise_interrupt=True)
    return lambda: next(stream)


def _stamp(path: Path) -> Stamp:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
