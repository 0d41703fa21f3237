"""Where a plan's files are: on disk within the plan's folder, or in a ready-made library."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from .. import disk
from ..diagnostics import Diagnostic, Span
from ..util import closest, did_you_mean
from . import codes, globs

LIBRARY = "library:"


class Tree(Protocol):
    """Files and folders to read a plan from; the implementations here read the disk.

    Unreadable files raise as they do there: OSError, or ValueError for an invalid path.
    """

    @property
    def prefix(self) -> str:
        """What the names of its files begin with in diagnostics."""
        return ""

    def read(self, path: Path) -> bytes:
        """The content of a file.  On disk it must be one, not a pipe or a device."""
        return disk.read(path)

    def is_file(self, path: Path) -> bool:
        """Whether it is a file, links followed."""
        return path.is_file()

    def is_dir(self, path: Path) -> bool:
        """Whether it is a folder, links followed."""
        return path.is_dir()

    def exists(self, path: Path) -> bool:
        """Whether something is there, even if it is a broken link."""
        return os.path.lexists(path)

    def names(self, folder: Path) -> list[str]:
        """The names of a folder's entries."""
        return disk.names(folder)

    def resolve(self, path: Path) -> Path:
        """The path with its links followed."""
        return path.resolve()

    def matching(self, pattern: str, folder: Path) -> list[str]:
        """The names, relative to ``folder``, that a pattern of ``glob`` (with ``**``) matches."""
        return globs.matching(pattern, folder)


class _Disk(Tree):
    """The files of this machine."""


DISK: Final = _Disk()


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and its name in diagnostics."""

    path: Path
    shown: str
    tree: Tree = DISK

    @property
    def is_library(self) -> bool:
        """Whether it came with the tool."""
        return self.shown.startswith(LIBRARY)


def read_text(
    path: Path,
    shown: str,
    include: Span | None = None,
    tree: Tree = DISK,
    *,
    pipe: bool = False,
    within: str | None = None,
) -> str | Diagnostic:
    """The text of a file, or why it cannot be read.

    ``include`` is where a plan names it.  ``pipe`` and ``within`` are as in ``disk.read``.
    """
    span = include or Span(shown)
    try:
        on_disk = tree is DISK
        raw = disk.read(path, pipe=pipe, within=within) if on_disk else tree.read(path)
    except FileNotFoundError:
        code = codes.INCLUDE_MISSING if include else codes.UNREADABLE
        return code.at(span, f"there is no file {shown}", help=_neighbour(path, tree))
    except IsADirectoryError:
        plans = ", ".join(_plans_in(path, tree)[:5])
        help = f"name a file in it: {plans}" if plans else "name a YAML file"
        return codes.UNREADABLE.at(span, f"{shown} is a folder, not a plan", help=help)
    except OSError as error:
        reason = error.strerror or str(error)
        return codes.UNREADABLE.at(span, f"{shown} cannot be read: {reason}")
    except ValueError as error:  # a NUL in the path
        return codes.UNREADABLE.at(span, f"{shown!r} is not a path: {error}")
    other = next((what for magic, what in _OTHERS if raw.startswith(magic)), None)
    if other is not None:
        help = "a plan is YAML; `typewriter import` converts a table that is saved as CSV"
        return codes.UNREADABLE.at(Span(shown), f"{shown} is {other}, not text", help=help)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        begin = raw.rfind(b"\n", 0, error.start) + 1
        column = len(raw[begin : error.start].decode("utf-8-sig")) + 1
        message = f"{shown} is not UTF-8 text: byte 0x{raw[error.start]:02x} in line {line}"
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            message = f"{shown} is not UTF-8 text, but UTF-16, as some programs on Windows save it"
        help = "save it as UTF-8; most editors have that under “Save with Encoding”"
        return codes.UNREADABLE.at(Span(shown, line, column), message, help=help)
    return text.replace("\r\n", "\n")


_OTHERS: Final = (
    (b"PK\x03\x04", "a ZIP archive, such as a Word or Excel document"),
    (b"\xd0\xcf\x11\xe0", "a Word or Excel document in the old format"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\x1f\x8b", "compressed (gzip)"),
)
"""What files of other kinds begin with."""


def _neighbour(path: Path, tree: Tree) -> str:
    """A suggestion of a file in the same folder; stems are compared, as all suffixes are alike."""
    near = {Path(name).stem: name for name in _plans_in(path.parent, tree)}
    stem = closest(path.stem, near)
    return f"did you mean `{near[stem]}`?" if stem else "check the path"


def _plans_in(folder: Path, tree: Tree) -> list[str]:
    try:
        return sorted(name for name in tree.names(folder) if name.endswith((".yaml", ".yml")))
    except OSError:
        return []


def resolved(path: Path, tree: Tree = DISK) -> Path:
    """The path with symbolic links followed, as far as that is possible."""
    try:
        return tree.resolve(path)
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL, a name too long
        return Path(os.path.abspath(path))


def library_folder() -> Path:
    """The ready-made plans: in the installed package, or in the repository."""
    package = Path(__file__).resolve().parent.parent
    packaged = package / "plans"
    return packaged if packaged.is_dir() else package.parent / "plans"


def library(name: str, span: Span) -> Found | Diagnostic:
    """The ready-made plan of that name."""
    folder = library_folder()
    names = [each.removesuffix(".yaml") for each in disk.names(folder) if each.endswith(".yaml")]
    if name not in names:
        help = did_you_mean(name, names) or "available: " + ", ".join(names)
        return codes.INCLUDE_MISSING.at(span, f"there is no library `{name}`", help=help)
    return Found(folder / f"{name}.yaml", LIBRARY + name)


def matching(pattern: str, within: Found, root: Path, span: Span) -> list[Found] | Diagnostic:
    """The files that ``pattern`` matches, relative to the folder of the file ``within``.

    ``root`` is the folder of the main plan, which no include may leave.
    """
    folder, tree = within.path.parent, within.tree
    if os.path.isabs(pattern) or pattern.startswith("~") or ":" in pattern[:2]:
        help = "make it relative to the file that includes it"
        return codes.INCLUDE_OUTSIDE.at(span, f"`{pattern}` is an absolute path", help=help)
    if "\0" in pattern:
        return codes.INCLUDE_MISSING.at(span, "a path cannot contain a NUL character")
    if not Path(os.path.abspath(folder / pattern)).is_relative_to(os.path.abspath(root)):
        return _outside(pattern, span)
    is_glob = glob.has_magic(pattern) and not tree.exists(folder / pattern)
    found = []
    for name in sorted(tree.matching(pattern, folder)) if is_glob else [pattern]:
        path = folder / name
        target = resolved(path, tree)
        if not target.is_relative_to(resolved(root, tree)):
            return _outside(name, span)
        if not (is_glob and (tree.is_dir(path) or target == resolved(within.path, tree))):
            found.append(Found(path, _shown(name, within), tree))
    if not found:
        message = f"`{pattern}` matches no file"
        help = "use `/` between folders" if "\\" in pattern else "check the path"
        return codes.INCLUDE_MISSING.at(span, message, help=help)
    return found


def _outside(name: str, span: Span) -> Diagnostic:
    help = "move the file or the plan: all files have to be within the main plan's folder"
    return codes.INCLUDE_OUTSIDE.at(span, f"`{name}` is outside the plan's folder", help=help)


def _shown(name: str, within: Found) -> str:
    """The name of a file in diagnostics; files of a library begin with its prefix."""
    start = LIBRARY if within.is_library else within.tree.prefix
    folder = os.path.dirname(within.shown.removeprefix(start))
    return start + os.path.normpath(os.path.join(folder, name))
