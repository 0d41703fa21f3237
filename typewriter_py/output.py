"""A generated file, and how a set of them comes to stand in a folder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file to be: its path inside the package, with forward slashes, and its text."""

    path: str
    text: str
