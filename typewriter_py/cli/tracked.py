"""Whether git tracks the generated files, so that a commit contains the whole package."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shlex import quote

from .. import disk
from ..diagnostics import Diagnostic, Span
from ..diff.codes import NO_GIT
from ..diff.git import GitError, run
from ..output.codes import UNTRACKED
from .io import counted
from .jobs import Built


def untracked(built: Iterable[Built]) -> Iterator[Diagnostic]:
    """A diagnostic for each package with files that git does not track, or ignores.

    Only files that exist count: what is missing is stale.
    """
    for each in built:
        found = [
            file for file in each.files if os.path.lexists(os.path.join(each.target.out, file))
        ]
        if not found:
            continue
        try:
            yield from _untracked(each.target.out, found)
        except OSError as error:
            why = error if isinstance(error, GitError) else "it was not found"
            message = f"--tracked: git cannot say which files it tracks: {why}"
            yield NO_GIT.at(Span(each.target.out), message, help="run it in a clone, with git")


def _untracked(out: str, files: Sequence[str]) -> Iterator[Diagnostic]:
    folder, apart = _where(out)
    inside = os.path.relpath(os.path.realpath(out), os.path.realpath(folder))
    paths = {os.path.normpath(os.path.join(inside, file)): file for file in files}
    # A folder, not each file: a package may have more files than a command line has room for.
    listed = run(folder, "ls-files", "-z", "--", inside, apart=apart).split(b"\0")
    tracked = {os.path.normpath(os.fsdecode(each)) for each in listed if each}
    left = [path for path in paths if path not in tracked]
    if not left:
        return
    first, span = left[0], Span(Path(out, paths[left[0]]).as_posix())
    others = f" {counted(len(left) - 1, 'other file')} of the package" if left[1:] else ""
    rule = _rule(folder, first, apart)
    if rule:
        message = f"git ignores this generated file ({rule})"
        message += f", and does not track{others}" if others else ""
        help = f"change that pattern, or `git add --force {quote(Path(out).as_posix())}`"
    else:
        message = f"git does not track this generated file{', nor' if others else ''}{others}"
        help = f"`git add {quote(Path(out).as_posix())}`, or commits will lack it"
    yield UNTRACKED.at(span, message, help=help)


def _rule(folder: Path, path: str, apart: bool) -> str:
    """The pattern because of which git ignores a file, as ``.gitignore:3:dist/``; "" if none."""
    try:
        line = run(folder, "check-ignore", "-v", "--", path, apart=apart)
    except GitError:  # its way to say that no pattern matches
        return ""
    return os.fsdecode(line).partition("\t")[0]


def _where(out: str) -> tuple[Path, bool]:
    """The folder to run git in, and whether it is in another repository than this process.

    In a hook, variables such as GIT_INDEX_FILE say what is being committed, by paths from the
    working directory; for a package in a submodule they would be wrong.
    """
    here, there = disk.repository(os.curdir), disk.repository(os.path.realpath(out))
    return (Path.cwd(), False) if here == there else (Path(out), True)
