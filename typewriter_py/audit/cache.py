"""What earlier audits have read, so that only what has changed is read again.

A file's facts depend on its content, on what is looked for, and on who reads: the tool and
its Python.  The content's digest is the key of an entry, all the rest is in the file's name.
The file is JSON with a checksum; one that is not what it should be is no cache.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from .. import __version__
from .reader import Interest

FOLDER: Final = ".typewriter_cache"
FORMAT: Final = 2
"""To be raised when facts come to say more, or something else, of the same file."""


def name(interest: Interest) -> str:
    """The cache's file for an interest."""
    about = [
        FORMAT,
        __version__,
        sys.version,
        sorted(interest.functions),
        sorted(interest.packages),
    ]
    return f"audit-{_digest(json.dumps(about).encode())}.json"


def load(place: Path) -> dict[str, list[Any] | None]:
    """What is in the file; nothing if it is not there, or is damaged."""
    try:
        data = place.read_bytes()
        checksum, _, body = data.partition(b"\n")
        if checksum.decode("ascii") != _digest(body):
            return {}
        found = json.loads(body)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def dump(known: Mapping[str, list[Any] | None]) -> bytes:
    """The file's content."""
    body = json.dumps(known, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    return _digest(body).encode() + b"\n" + body


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()
