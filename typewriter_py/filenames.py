"""File names between text and the system, the same in every locale.

The system's names are bytes, UTF-8 nearly everywhere.  Python decodes them by the locale,
though, so that what it shows of a name depends on where it runs (PEP 383, PEP 540).
"""

from __future__ import annotations

import os


def readable(name: str) -> str:
    """What a file's name says, for text that must be the same in every locale."""
    try:
        return os.fsencode(name).decode("utf-8", errors="replace")
    except UnicodeEncodeError:  # text that never was a name of this locale
        return name


def native(text: str) -> str:
    """The file's name that ``text`` stands for, where it comes from a UTF-8 file."""
    return os.fsdecode(text.encode("utf-8"))
