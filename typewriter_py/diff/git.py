"""A revision of a git repository, read like a disk, through the git command.

Nothing is checked out: listings and files come from git's objects.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from glob import has_magic
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic
from . import codes

PREFIX: Final = "git:"

_LINK: Final = "120000"
_MODULE: Final = "160000"
_MOST_LINKS: Final = 40

_OUTSIDE: Final = Path(os.sep, "outside")
"""Where a link leads that leaves the repository: out of any plan's folder."""


class GitError(Exception):
    """git says no; ``message`` is what it says."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def run(folder: Path, *arguments: str) -> bytes:
    """What a git command prints.  Raises GitError, OSError if there is no git."""
    quiet = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(
        ["git", "--no-pager", *arguments],
        cwd=folder,
        env={**os.environ, **quiet},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise GitError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout


@dataclass
class Revision:
    """The files of one commit; paths are relative to the repository's root."""

    name: str
    commit: str
    root: Path
    here: str
    """The working directory, from the root: ``""`` or ``services/shop/``."""
    _texts: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def prefix(self) -> str:
        """``git:main:``, as one writes it."""
        return f"{PREFIX}{self.name}:"

    @cached_property
    def _entries(self) -> Mapping[str, tuple[str, str]]:
        """Path → mode and object, of every file."""
        listing = run(self.root, "ls-tree", "-r", "-z", "--full-tree", self.commit)
        entries = {}
        for line in listing.split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            mode, _, object = head.decode().split(" ")
            entries[os.fsdecode(path)] = (mode, object)
        return entries

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(
            "/".join(parts[:length])
            for parts in (path.split("/") for path in self._entries)
            for length in range(len(parts))
        )

    # --- as a plan's reader wants it -----------------------------------------------------

    def read(self, path: Path) -> bytes:
        """The content of a file."""
        found = _text(self.resolve(path))
        if found in self._folders:
            raise IsADirectoryError(str(path))
        if found not in self._entries or self._entries[found][0] == _MODULE:
            raise FileNotFoundError(str(path))
        return self._content(found)

    def is_file(self, path: Path) -> bool:
        """Whether it is a file."""
        return _text(self.resolve(path)) in self._entries

    def is_dir(self, path: Path) -> bool:
        """Whether it is a folder."""
        return _text(self.resolve(path)) in self._folders

    def exists(self, path: Path) -> bool:
        """Whether something is there."""
        text = _text(path)
        return text in self._entries or text in self._folders

    def names(self, folder: Path) -> list[str]:
        """What is in a folder."""
        start = _text(self.resolve(folder))
        start = f"{start}/" if start else ""
        inside = (path for path in self._entries if path.startswith(start))
        return sorted({path.removeprefix(start).partition("/")[0] for path in inside})

    def resolve(self, path: Path) -> Path:
        """The path with its links followed."""
        ahead, done = _text(path).split("/"), ""
        links = 0
        while ahead:
            step = ahead.pop(0)
            done = os.path.normpath(os.path.join(done, step))
            if done.startswith(".."):
                return _OUTSIDE
            if self._entries.get(done, ("", ""))[0] == _LINK:
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(f"{path}: too many links")
                target = os.fsdecode(self._content(done))
                if os.path.isabs(target):
                    return _OUTSIDE
                ahead = [*target.split("/"), *ahead]
                done = os.path.dirname(done)
        return Path(done)

    def matching(self, pattern: str, folder: Path) -> list[str]:
        """The files below ``folder`` that a pattern of ``glob`` matches; links to folders
        are not gone into."""
        start = _text(folder)
        whole = os.path.normpath(os.path.join(start, pattern))
        steps = whole.split("/")
        found = (path for path in self._entries if _matches(path.split("/"), steps))
        return [os.path.relpath(path, start or ".") for path in found]

    def _content(self, path: str) -> bytes:
        if path not in self._texts:
            self._texts[path] = run(self.root, "cat-file", "blob", self._entries[path][1])
        return self._texts[path]


def _text(path: Path) -> str:
    """The path as git lists it; the root is ""."""
    text = os.path.normpath(path)
    return "" if text == "." else text.replace(os.sep, "/")


def _matches(names: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether a path matches a pattern of ``glob``, step by step; ``*`` and ``**`` pass over
    hidden names."""
    if not names or not steps:
        return not names and not steps
    first, rest = steps[0], steps[1:]
    if first == "**":
        visible = not names[0].startswith(".")
        here = bool(rest) and _matches(names, rest)
        return here or (visible and (_matches(names[1:], steps) or not (names[1:] or rest)))
    return _is_named(names[0], first) and _matches(names[1:], rest)


def _is_named(name: str, step: str) -> bool:
    if not has_magic(step):
        return name == step
    hidden = name.startswith(".") and not step.startswith(".")
    return not hidden and fnmatchcase(name, step)


# --- finding it ------------------------------------------------------------------------------


def revision(name: str, folder: Path) -> Revision | Diagnostic:
    """The revision called ``name`` of the repository that ``folder`` is in."""
    if shutil.which("git") is None:
        return codes.NO_GIT.at(None, f"`{PREFIX}{name}` needs git, and there is no git here")
    try:
        root, here = run(folder, "rev-parse", "--show-toplevel", "--show-prefix").split(b"\n")[:2]
    except GitError as error:
        message = f"`{PREFIX}{name}` needs a git repository: {_last(error)}"
        return codes.NO_GIT.at(None, message, help="run it inside the clone, or compare files")
    try:
        if not name or name.startswith("-"):
            raise GitError("no revision is called so")
        wanted = f"{name}^{{commit}}"
        commit = run(folder, "rev-parse", "--verify", "--quiet", wanted).decode().strip()
    except (GitError, ValueError):
        message = f"git knows no revision `{name}`"
        return codes.UNKNOWN_REVISION.at(None, message, help=_advice(folder))
    return Revision(name, commit, Path(os.fsdecode(root)), os.fsdecode(here))


def _advice(folder: Path) -> str:
    """Why a clone may not have a revision."""
    shallow = run(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
    if shallow:
        return (
            "this clone has only the latest commits: fetch the whole history "
            "(`git fetch --unshallow`; `fetch-depth: 0` of actions/checkout; `GIT_DEPTH: 0`)"
        )
    return "check the name, or `git fetch`; in a fresh clone a branch is `origin/NAME`"


def _last(error: GitError) -> str:
    """The part of git's complaint that says what is wrong."""
    line = error.message.partition("\n")[0]
    return line.removeprefix("fatal: ") or "git failed"
