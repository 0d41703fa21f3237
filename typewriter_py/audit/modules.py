"""Which file an import names: the modules of a code base, as its folders have them.

Where the code will be installed, or what ``sys.path`` holds, is not known.  So a module's
name may begin at any folder that is no package itself (has no ``__init__.py``), and of
several such modules an import means the one nearest to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

_FACE = "__init__.py"


class Modules:
    """The modules of ``files``, absolute paths."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = frozenset(files)
        self._folders: set[str] = set()
        self._tops: dict[str, list[str]] = {}
        self._packages: dict[str, bool] = {}
        for file in self.files:
            self._grow(os.path.dirname(file))
        for file in self.files:
            folder, name = os.path.split(file)
            stem, _ = os.path.splitext(name)
            if name != _FACE and not self._is_package(folder):
                self._tops.setdefault(stem, []).append(folder)
        for folder in self._folders:
            above, name = os.path.split(folder)
            if name and not self._is_package(above):
                self._tops.setdefault(name, []).append(above)

    def _grow(self, folder: str) -> None:
        while folder not in self._folders:
            self._folders.add(folder)
            folder = os.path.dirname(folder)

    def _is_package(self, folder: str) -> bool:
        known = self._packages.get(folder)
        if known is None:
            face = os.path.join(folder, _FACE)
            known = face in self.files or os.path.exists(face)
            self._packages[folder] = known
        return known

    def child(self, folder: str, name: str) -> str | None:
        """The module or folder called ``name`` in ``folder``."""
        place = os.path.join(folder, name)
        if place in self._folders and os.path.join(place, _FACE) in self.files:
            return place
        for suffix in (".py", ".pyw"):
            if place + suffix in self.files:
                return place + suffix
        return place if place in self._folders else None

    def face(self, place: str) -> str | None:
        """The file that a module or folder is, as a module; None for a namespace."""
        file = os.path.join(place, _FACE) if place in self._folders else place
        return file if file in self.files else None

    def find(self, parts: Sequence[str], importer: str) -> tuple[str, int] | None:
        """How far a dotted name leads: the module or folder, and how many parts it took."""
        best: tuple[int, int, int, str] | None = None
        for root in self._tops.get(parts[0], ()) if parts else ():
            place, taken = self.descend(root, parts)
            near = len(os.path.commonpath([root, importer]))
            rank = taken, near, -len(root)
            if taken and (best is None or (*rank, place) > best):
                best = *rank, place
        return (best[3], best[0]) if best else None

    def descend(self, place: str, parts: Sequence[str]) -> tuple[str, int]:
        """From a folder downwards, as far as the parts are modules."""
        taken = 0
        for part in parts:
            below = self.child(place, part)
            if below is None:
                break
            place, taken = below, taken + 1
        return place, taken

    def dotted(self, place: str) -> str:
        """The shortest name that a module may be imported by: up to the first non-package."""
        path = Path(place)
        names = [path.stem if path.suffix in (".py", ".pyw") else path.name]
        while self._is_package(str(path.parent)) and path.parent != path:
            path = path.parent
            names.append(path.name)
        return ".".join(reversed(names))
