"""Writes the changes of a folder, all of them or none.

New files are written and synced to a staging folder first; then each moves into place by one
rename, inner modules before those that import them.  Any exception on the way (Ctrl-C too)
restores the old files.  After a kill, the folder has a mix of whole old and new files, which the
next run completes; it also removes the orphaned staging folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from .. import disk
from ..diagnostics import Diagnostic, Span
from . import STAGING, Change, Comparison, codes

_LAST: Final = ("events.py", "__init__.py", "events.ts", "index.ts")


def apply(comparison: Comparison) -> tuple[Diagnostic, ...]:
    """Writes the changes; if it returns a diagnostic, the folder is unchanged."""
    folder = comparison.folder
    _remove_orphans(folder)
    if not comparison.changes:
        return ()
    for parent in dict.fromkeys((folder / change.path).parent for change in comparison.changes):
        if disk.leads_out(parent, folder):
            message = f"cannot write: it is a link that leads out of {folder}"
            return (codes.NOT_WRITABLE.at(Span(str(parent)), message),)
    staging = folder / f"{STAGING}{os.getpid()}"
    undo: list[Callable[[], object]] = []
    try:
        _make_folders(folder, undo)
        undo.append(lambda: _remove(staging))  # undone last, as the old files are in there
        staging.mkdir()
        _stage(staging, folder, comparison.changes)
        _commit(staging, folder, comparison.changes, undo)
    except BaseException as error:
        for step in reversed(undo):
            with contextlib.suppress(OSError):
                step()
        if not isinstance(error, OSError):
            raise
        span = Span(str(_target(error.filename, staging, folder)))
        reason = error.strerror or str(error)
        return (codes.NOT_WRITABLE.at(span, f"cannot write: {reason}"),)
    _remove(staging)
    _tidy(folder, comparison.changes)
    return ()


def _target(failed: object, staging: Path, folder: Path) -> Path:
    """The file that a failure is about: for a staged one, its target."""
    if not isinstance(failed, str | os.PathLike):
        return folder
    path = Path(failed)
    if not path.is_relative_to(staging):
        return path
    return folder.joinpath(*path.relative_to(staging).parts[1:])


def _make_folders(folder: Path, undo: list[Callable[[], object]]) -> None:
    for path in reversed((folder, *folder.parents)):
        if not path.exists():
            path.mkdir(exist_ok=True)
            undo.append(path.rmdir)


def _stage(staging: Path, folder: Path, changes: Iterable[Change]) -> None:
    """New files go to ``new/``, links to (or copies of) the old ones to ``old/``."""
    (staging / ".gitignore").write_text("*\n")  # an orphan must not be committed
    for change in changes:
        target, new, old = _paths(change, staging, folder)
        if change.new is not None:
            new.parent.mkdir(parents=True, exist_ok=True)
            _write(new, change.new)
        if change.old is not None:
            old.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(target, old)
            except OSError:  # no hard links here
                shutil.copy2(target, old, follow_symlinks=False)
            if change.new is not None:
                shutil.copymode(target, new)


def _paths(change: Change, staging: Path, folder: Path) -> Iterator[Path]:
    """The file that changes, its staged new text, and its old one."""
    return (base / change.path for base in (folder, staging / "new", staging / "old"))


def _commit(
    staging: Path, folder: Path, changes: Iterable[Change], undo: list[Callable[[], object]]
) -> None:
    for change in sorted(changes, key=_order):
        target, new, old = _paths(change, staging, folder)
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


def _order(change: Change) -> tuple[int, int, str]:
    """Inner folders, then modules, then the package's ``__init__``; removals come last."""
    name = change.path.rpartition("/")[2]
    importance = _LAST.index(name) + 1 if name in _LAST else 0
    return change.new is None, -change.path.count("/") * 10 + importance, change.path


def _write(path: Path, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes the renames durable, if the system can sync a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _tidy(folder: Path, changes: Iterable[Change]) -> None:
    """Removes folders that are empty now, and the compiled files of removed modules."""
    removed = [folder / change.path for change in changes if change.new is None]
    for parent in sorted({path.parent for path in removed}, key=lambda path: -len(path.parts)):
        with contextlib.suppress(OSError):
            cache = parent / "__pycache__"
            for compiled in cache.glob("*.pyc"):
                if parent / f"{compiled.name.partition('.')[0]}.py" in removed:
                    compiled.unlink(missing_ok=True)
            if cache.is_dir() and not any(cache.iterdir()):
                cache.rmdir()
            if parent != folder:
                parent.rmdir()


def _remove_orphans(folder: Path) -> None:
    """Removes the staging folders of processes that no longer exist."""
    for path in folder.glob(f"{STAGING}*") if folder.is_dir() else ():
        number = path.name.removeprefix(STAGING)
        if number.isdigit() and path.is_dir() and not _runs(int(number)):
            _remove(path)


def _remove(staging: Path) -> None:
    shutil.rmtree(staging, ignore_errors=True)


def _runs(process: int) -> bool:
    """Whether another process has that number (on Windows always no)."""
    if process == os.getpid() or os.name == "nt":  # there, kill(pid, 0) would kill it
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
