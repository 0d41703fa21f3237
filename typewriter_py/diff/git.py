"""A revision of a git repository, read like a disk, through the git command.

Nothing is checked out: listings and files come from git's objects.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from .. import disk
from ..diagnostics import Diagnostic
from ..plan.globs import fits
from . import codes

PREFIX: Final = "git:"

_LINK: Final = "120000"
_MODULE: Final = "160000"
_MOST_LINKS: Final = 40
_LONGEST_LINK: Final = 4096
"""Bytes of a link's target; no system follows a longer one."""

_OUTSIDE: Final = Path(os.sep, "outside")
"""The target of links that leave the repository: outside any plan's folder."""


class GitError(OSError):
    """Why git failed.  An OSError, like those of a disk that cannot be read."""

    def __str__(self) -> str:
        """The part of git's message that says what is wrong."""
        line = str(self.args[0]).partition("\n")[0]
        return line.removeprefix("fatal: ").removeprefix("error: ") or "git failed"


def run(folder: Path, *arguments: str, apart: bool = False) -> bytes:
    """The output of a git command.  Raises GitError, or OSError if there is no git.

    ``apart``: without the variables by which a hook of git's names its own repository.
    """
    with _started(folder, *arguments, apart=apart) as git:
        out, err = git.communicate()
    if git.returncode:
        raise GitError(err.decode("utf-8", "replace").strip())
    return out


def _started(folder: Path, *arguments: str, apart: bool = False) -> subprocess.Popen[bytes]:
    kept = {k: v for k, v in os.environ.items() if not (apart and k.startswith("GIT_"))}
    quiet = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.Popen(
        ["git", "--no-pager", *arguments],
        cwd=folder,
        env={**kept, **quiet},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _blob(folder: Path, object: str, most: int) -> bytes:
    """A file's content, of at most ``most`` bytes: git stores gigabytes of zeros in kilobytes.

    Raises OSError.
    """
    with _started(folder, "cat-file", "blob", object) as git:
        assert git.stdout is not None
        start = git.stdout.read(most + 1)
        if len(start) > most:
            git.kill()
        _, err = git.communicate()
    if len(start) > most:
        raise disk.too_large(object, most)
    if git.returncode:
        raise GitError(err.decode("utf-8", "replace").strip())
    return start


@dataclass
class Revision:
    """The files of one commit; paths are relative to the repository's root.

    The files are listed at once: creating one raises GitError if that fails.
    """

    name: str
    commit: str
    root: Path
    here: str
    """The working directory, from the root: ``""`` or ``services/shop/``."""
    _texts: dict[str, bytes] = field(default_factory=dict, repr=False)
    _entries: Mapping[str, tuple[str, str]] = field(init=False, repr=False)
    """Path → mode and object, of every file."""

    def __post_init__(self) -> None:
        listing = run(self.root, "ls-tree", "-r", "-z", "--full-tree", self.commit)
        self._entries = dict(map(_entry, listing.split(b"\0")[:-1]))

    @property
    def prefix(self) -> str:
        """``git:main:``, as users write it."""
        return f"{PREFIX}{self.name}:"

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(
            "/".join(parts[:length])
            for parts in (path.split("/") for path in self._entries)
            for length in range(len(parts))
        )

    # --- what a plan's reader needs --------------------------------------------------------

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
        return self._followed(path) in self._entries

    def is_dir(self, path: Path) -> bool:
        """Whether it is a folder."""
        return self._followed(path) in self._folders

    def _followed(self, path: Path) -> str | None:
        """The path with its links followed; None if they form a loop."""
        try:
            return _text(self.resolve(path))
        except OSError:
            return None

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
        ahead, done, links = _text(path).split("/"), "", 0
        while ahead:
            done = os.path.normpath(os.path.join(done, ahead.pop(0)))
            if done.startswith(".."):
                return _OUTSIDE
            if self._entries.get(done, ("", ""))[0] == _LINK:
                links += 1
                if links > _MOST_LINKS:
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
                target = os.fsdecode(self._content(done))
                if os.path.isabs(target):
                    return _OUTSIDE
                ahead = [*target.split("/"), *ahead]
                done = os.path.dirname(done)
        return Path(done)

    def matching(self, pattern: str, folder: Path) -> list[str]:
        """The files below ``folder`` that a pattern of ``glob`` matches; links to folders
        are not followed."""
        start = _text(folder)
        steps = os.path.normpath(os.path.join(start, pattern)).split("/")
        found = (path for path in self._entries if fits(path.split("/"), steps))
        return [os.path.relpath(path, start or ".") for path in found]

    def renamed(self, path: Path) -> Path:
        """What git takes for the earlier path of a file of the work tree: of this one if it was
        not renamed since."""
        options = ("--no-relative", "--find-renames", "--diff-filter=R", "--name-status", "-z")
        try:
            fields = run(self.root, "diff", *options, self.commit).split(b"\0")
        except GitError:
            return path
        earlier = dict(zip(fields[2::3], fields[1::3], strict=False))
        found = earlier.get(os.fsencode(_text(path)))
        return Path(os.fsdecode(found)) if found else path

    def mentioning(self, word: str, endings: Iterable[str]) -> list[str] | None:
        """The files with such a name that contain a word; None if git does not know."""
        named = [f"*{ending}" for ending in endings]
        try:
            lines = run(self.root, "grep", "-lzF", "-e", word, self.commit, "--", *named)
        except GitError as error:
            return None if error.args[0] else []  # git fails silently if there are none
        return [os.fsdecode(line).partition(":")[2] for line in lines.split(b"\0")[:-1]]

    def _content(self, path: str) -> bytes:
        if path not in self._texts:
            mode, object = self._entries[path]
            most = _LONGEST_LINK if mode == _LINK else disk.LARGEST
            self._texts[path] = _blob(self.root, object, most)
        return self._texts[path]


def _entry(line: bytes) -> tuple[str, tuple[str, str]]:
    """A line of ``git ls-tree``: the path, then mode and object."""
    head, _, path = line.partition(b"\t")
    mode, _, object = head.decode().split(" ")
    return os.fsdecode(path), (mode, object)


def _text(path: Path) -> str:
    """The path as git lists it; the root is ""."""
    text = os.path.normpath(path)
    return "" if text == "." else text.replace(os.sep, "/")


# --- finding it ------------------------------------------------------------------------------


def revision(name: str, folder: Path) -> Revision | Diagnostic:
    """The revision called ``name`` of the repository that ``folder`` is in.

    ``A...B`` is the last commit that both have in common (without B: A and HEAD), where one
    branch left the other.
    """
    if shutil.which("git") is None:
        return codes.NO_GIT.at(None, f"`{PREFIX}{name}` needs git, which was not found")
    try:
        root, here = run(folder, "rev-parse", "--show-toplevel", "--show-prefix").split(b"\n")[:2]
    except GitError as error:
        message = f"`{PREFIX}{name}` needs a git repository: {error}"
        return codes.NO_GIT.at(None, message, help="run it inside the clone, or compare files")
    try:
        commit = _commit(name, folder)
    except (GitError, ValueError):
        message = f"`{name}` is not a revision that git knows"
        return codes.UNKNOWN_REVISION.at(None, message, help=_advice(folder))
    try:
        return Revision(name, commit, Path(os.fsdecode(root)), os.fsdecode(here))
    except GitError as error:
        return codes.NO_GIT.at(None, f"git cannot read `{PREFIX}{name}`: {error}")


def _commit(name: str, folder: Path) -> str:
    """The commit that a revision is.  Raises GitError, ValueError if there is none."""
    if not name or name.startswith("-"):
        raise GitError("not the name of a revision")
    one, dots, two = name.partition("...")
    if dots:
        return run(folder, "merge-base", one, two or "HEAD").decode().strip()
    return run(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()


def _advice(folder: Path) -> str:
    """What to do about a revision that a clone does not have."""
    if run(folder, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return (
            "this clone has only the latest commits; fetch the whole history "
            "(`git fetch --unshallow`; `fetch-depth: 0` of actions/checkout; `GIT_DEPTH: 0`)"
        )
    return "check the name, or run `git fetch`; in a fresh clone a branch is `origin/NAME`"
