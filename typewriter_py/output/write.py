"""Brings a folder from what it holds to what it should hold.

Everything new is written and synced to a staging folder first; then each file moves into
place by one rename, inner modules before those that import them.  Whatever raises on the way
(Ctrl-C too) puts the old files back.  After a kill that lets nothing run, what is left is a
mix of whole files, which the next run completes; it also removes the orphaned staging folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic, Span
from . import STAGING, Change, Comparison, codes

_LAST: Final = ("events.py", "__init__.py", "events.ts", "index.ts")


def apply(comparison: Comparison) -> tuple[Diagnostic, ...]:
    """Writes the changes; with a diagnostic, the folder is as it was."""
    folder = comparison.folder
    _sweep(folder)
    if not comparison.changes:
        return ()
    staging = folder / f"{STAGING}{os.getpid()}"
    undo: list[Callable[[], object]] = []
    try:
        _make_folders(folder, undo)
        undo.append(lambda: _remove(staging))  # undone last, for the old files are in there
        staging.mkdir()
        _stage(staging, folder, comparison.changes)
        _commit(staging, folder, comparison.changes, undo)
    except BaseException as error:
        for step in reversed(undo):
            with contextlib.suppress(OSError):
                step()
        if not isinstance(error, OSError):
            raise
        place = Span(str(_target(error.filename, staging, folder)))
        reason = error.strerror or str(error)
        return (codes.NOT_WRITABLE.at(place, f"cannot write: {reason}"),)
    _remove(staging)
    _tidy(folder, comparison.changes)
    return ()


def _target(failed: object, staging: Path, folder: Path) -> Path:
    """The file that a failure is about: what is staged is to go somewhere else."""
    if not isinstance(failed, str | os.PathLike):
        return folder
    place = Path(failed)
    if not place.is_relative_to(staging):
        return place
    return folder.joinpath(*place.relative_to(staging).parts[1:])


def _make_folders(folder: Path, undo: list[Callable[[], object]]) -> None:
    for place in reversed((folder, *folder.parents)):
        if not place.exists():
            place.mkdir(exist_ok=True)
            undo.append(place.rmdir)


def _stage(staging: Path, folder: Path, changes: Iterable[Change]) -> None:
    """New texts go to ``new/``, second names of the files that will go to ``old/``."""
    (staging / ".gitignore").write_text("*\n")  # an orphan must not be committed
    for change in changes:
        target = folder / change.path
        if change.new is not None:
            new = staging / "new" / change.path
            new.parent.mkdir(parents=True, exist_ok=True)
            _write(new, change.new)
        if change.old is not None:
            old = staging / "old" / change.path
            old.parent.mkdir(parents=True, exist_ok=True)
            _second_name(target, old)
            if change.new is not None:
                shutil.copymode(target, new)


def _second_name(target: Path, old: Path) -> None:
    """Keeps a file beyond its replacement; by copying where there are no hard links."""
    try:
        os.link(target, old)
    except OSError:
        shutil.copy2(target, old)


def _commit(
    staging: Path, folder: Path, changes: Iterable[Change], undo: list[Callable[[], object]]
) -> None:
    for change in sorted(changes, key=_turn):
        target, new, old = (
            base / change.path for base in (folder, staging / "new", staging / "old")
        )
        if change.new is not None:
            _make_folders(target.parent, undo)
        if change.old is not None:
            undo.append(partial(os.replace, old, target))
        elif change.new is not None:
            undo.append(partial(target.unlink, missing_ok=True))
        if change.new is not None:
            os.replace(new, target)
        else:
            target.unlink(missing_ok=True)
    for touched in {(folder / change.path).parent for change in changes}:
        _sync(touched)


def _turn(change: Change) -> tuple[int, int, str]:
    """Inner folders, then modules, then the face; what is not needed any more goes last."""
    name = change.path.rpartition("/")[2]
    importance = _LAST.index(name) + 1 if name in _LAST else 0
    return change.new is None, -change.path.count("/") * 10 + importance, change.path


def _write(path: Path, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes the renames durable, where the system can do that to a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _tidy(folder: Path, changes: Iterable[Change]) -> None:
    """Removes the folders that our removals have emptied, but for compiled leftovers."""
    removed = [change.path for change in changes if change.new is None]
    parents = {folder / path for path in map(os.path.dirname, removed) if path}
    for place in sorted(parents, key=lambda place: len(place.parts), reverse=True):
        with contextlib.suppress(OSError):
            for path in removed:
                _remove_compiled(folder / path)
            cache = place / "__pycache__"
            if cache.is_dir() and not any(cache.iterdir()):
                cache.rmdir()
            place.rmdir()


def _remove_compiled(source: Path) -> None:
    for compiled in (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc"):
        compiled.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes the staging folders of runs that are no more."""
    for orphan in _orphans(folder):
        _remove(orphan)


def _remove(staging: Path) -> None:
    shutil.rmtree(staging, ignore_errors=True)


def _orphans(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for place in folder.glob(f"{STAGING}*"):
        number = place.name.removeprefix(STAGING)
        if number.isdigit() and place.is_dir() and not _runs(int(number)):
            yield place


def _runs(process: int) -> bool:
    """Whether another process of that number is at work (on Windows: taken as no)."""
    if process == os.getpid() or os.name == "nt":  # there, kill(pid, 0) would kill it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


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
