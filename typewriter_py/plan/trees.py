"""Where a plan's files come from: this machine's disk, or something that is read like it."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Final, Protocol


class Tree(Protocol):
    """Files and folders to read a plan from.

    What cannot be read raises as a disk does: OSError and its kin, ValueError for what is
    no path at all.
    """

    @property
    def prefix(self) -> str:
        """What the names of its files begin with, as diagnostics show them."""

    def read(self, path: Path) -> bytes:
        """The content of a file."""

    def is_file(self, path: Path) -> bool:
        """Whether it is a file, links followed."""

    def is_dir(self, path: Path) -> bool:
        """Whether it is a folder, links followed."""

    def exists(self, path: Path) -> bool:
        """Whether something is there, be it a link that leads nowhere."""

    def names(self, folder: Path) -> list[str]:
        """What is in a folder."""

    def resolve(self, path: Path) -> Path:
        """The path with its links followed."""

    def matching(self, pattern: str, folder: Path) -> list[str]:
        """The names, from ``folder``, that a pattern of ``glob`` matches; ``**`` is known."""


class Disk:
    """The files of this machine."""

    prefix: Final = ""

    def read(self, path: Path) -> bytes:
        """The content of a file."""
        return path.read_bytes()

    def is_file(self, path: Path) -> bool:
        """Whether it is a file."""
        return path.is_file()

    def is_dir(self, path: Path) -> bool:
        """Whether it is a folder."""
        return path.is_dir()

    def exists(self, path: Path) -> bool:
        """Whether something is there."""
        return os.path.lexists(path)

    def names(self, folder: Path) -> list[str]:
        """What is in a folder."""
        return os.listdir(folder)

    def resolve(self, path: Path) -> Path:
        """The path with its links followed."""
        return path.resolve()

    def matching(self, pattern: str, folder: Path) -> list[str]:
        """What ``glob`` finds."""
        return glob.glob(pattern, root_dir=folder, recursive=True)


DISK: Final = Disk()
