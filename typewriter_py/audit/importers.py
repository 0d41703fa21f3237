"""Which files may import from a module, or look names up in it, as far as their text tells."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_WORDS: Final = bytes(
    byte if byte >= 0x80 or chr(byte).isalnum() or byte == 0x5F else 0x20 for byte in range(256)
)
_STAR: Final = re.compile(rb"from[\s.\\]+(?:\w+\s*\.\s*)*(\w*)[\s\\]*import[\s\\]*\(?\s*\*")
_LOOKUP: Final = re.compile(rb"getattr\(\s*(?:\w+\s*\.\s*)*(\w+)\s*,")
_RENAMED: Final = re.compile(rb" as (\w+)")
_NAME: Final = 80
"""Bytes in which a module's name ends."""

_FEW: Final = 4


def words_of(data: bytes) -> set[bytes]:
    """The words of a file, of letters, digits, underscores and whatever is beyond ASCII."""
    return set(data.translate(_WORDS).split())


def stem(file: str) -> str:
    """A module's own name, the last of its dotted one."""
    folder, name = os.path.split(file)
    alone = os.path.splitext(name)[0]
    return os.path.basename(folder) if alone == "__init__" else alone


@dataclass(slots=True)
class Sources:
    """Modules, and which files may import from one of them, as far as their text tells."""

    stems: set[bytes] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)

    def add(self, file: str) -> None:
        """One more module."""
        self.folders.add(os.path.dirname(file))
        self.stems.add(stem(file).encode())

    def near(self, path: str, words: set[bytes]) -> bool:
        """Whether a file names one of the modules, or is in a package with one."""
        return not self.stems.isdisjoint(words) or self._beside(path)

    def starred(self, path: str, data: bytes) -> bool:
        """Whether it has a star from one of them."""
        return b"*" in data and any(
            star in self.stems or (not star and self._beside(path)) for star in _STAR.findall(data)
        )

    def looked_up(self, data: bytes) -> bool:
        """Whether it looks names up in one of them, as it is called there."""
        holders = set(_LOOKUP.findall(data)) if b"getattr" in data else set()
        if holders and not holders.isdisjoint(self.stems):
            return True
        for renamed in _RENAMED.finditer(data) if holders else ():
            before = data[max(0, renamed.start() - _NAME) : renamed.start()]
            words = before.translate(_WORDS).split()
            if renamed[1] in holders and words and words[-1] in self.stems:
                return True
        return False

    def _beside(self, path: str) -> bool:
        while path != (path := os.path.dirname(path)):
            if path in self.folders:
                return True
        return False


def may_name(path: str, data: bytes, names: set[bytes], modules: Mapping[bytes, Sources]) -> bool:
    """Whether a file has one of the names as a word, and may have it from its module."""
    if len(names) <= _FEW and not any(name in data for name in names):
        return False
    words = words_of(data)
    return any(modules[name].near(path, words) for name in names & words)
