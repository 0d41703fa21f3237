"""What one file of Python says of names: as paths, which other files give their meaning.

A *path* is text: a root, then steps.  Roots are a module (``acme.analytics``), a name from
a module (``acme:analytics``, ``.clients:client``, dots as in an import; ``acme:~x`` where a
star may give it), a name of the file
itself (``@.Tracker``), a parameter without a known type (``$client``), a name that nothing
binds (``?client``), text (``'Order Completed``), text with gaps (``~Order *``), and a word
found where nothing could be parsed (``!order_completed``).  Steps are ``.name``, ``()`` for
what a call gives, and ``[]`` for an element.

A cache keeps summaries, so that only what has changed is read again.  A file's summary depends
on its content, on what is looked for, and on who reads: the tool and its Python.  The content's
digest is the key of an entry, all the rest is in the cache's name.  The cache is JSON with a
checksum; one that is not what it should be is no cache.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

from .. import __version__

OWN: Final = "@"
PARAMETER: Final = "$"
UNBOUND: Final = "?"
TEXT: Final = "'"
PATTERN: Final = "~"
WORD: Final = "!"
STARRED: Final = ":~"
IMPORTED: Final = "import_module()"
"""After ``UNBOUND``: what is imported by a name that only the running program knows."""

CALLED: Final = 1
REFERRED: Final = 0
ALIASED: Final = 2
RETURNED: Final = 3
HELD: Final = 4

VALUES: Final = ("()", "[]")
"""Steps that are no names."""

_STANDARD: Final = frozenset(sys.stdlib_module_names)
_STEP: Final = re.compile(r"\(\)|\[\]|[^.:()~\[\]]+")


class Use(NamedTuple):
    """A place where a path is used.

    ``kind``: it is called, referred to (passed on, stored), only given another name,
    returned, or held by an attribute.
    ``args`` has the paths of a call's arguments by position or keyword, as far as they may
    be an event's name; ``where`` is the function that it stands in, "" outside of any.
    """

    path: str
    line: int
    column: int
    length: int
    kind: int
    args: Mapping[str, Sequence[str]] = {}
    where: str = ""


class Problem(NamedTuple):
    """Why a file could not be read as it stands."""

    line: int
    column: int
    message: str


@dataclass(slots=True)
class Facts:
    """All that matters of one file.

    ``exports`` says what names of the file mean: ``client``, ``get_client()`` (what it
    returns), ``Tracker.client``, ``Tracker<`` (its bases); ``stars`` are the modules that
    ``from … import *`` names; ``parameters`` are those of the functions in which something
    is called with a parameter.  ``generated`` is set for a file that typewriter has written.
    """

    uses: list[Use] = field(default_factory=list)
    exports: dict[str, list[str]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    parameters: dict[str, list[str]] = field(default_factory=dict)
    problem: Problem | None = None

    def data(self) -> list[Any]:
        """For JSON, and for another process."""
        return [[list(use) for use in self.uses], self.exports, self.stars, self.parameters,
                self.problem]  # fmt: skip

    @classmethod
    def of(cls, data: Sequence[Any]) -> Facts:
        """From ``data()``.  Raises TypeError, ValueError for what is not."""
        uses, exports, stars, parameters, problem = data
        return cls(
            [Use(*use) for use in uses],
            exports,
            stars,
            parameters,
            Problem(*problem) if problem else None,
        )


def steps(path: str) -> list[str]:
    """The parts of a path after its root's mark and dots."""
    return _STEP.findall(path)


def plain(parts: Sequence[str]) -> list[str]:
    """The names before the first call or element."""
    for index, part in enumerate(parts):
        if part in VALUES:
            return list(parts[:index])
    return list(parts)


def joined(path: str, rest: Sequence[str]) -> str:
    """A path with more steps."""
    for part in rest:
        joint = "" if part in VALUES or path[-1] in ":~" else "."
        path += joint + part
    return path


@dataclass(frozen=True, slots=True)
class Interest:
    """What is looked for: the functions of the plan, and its packages' dotted names."""

    functions: frozenset[str]
    packages: frozenset[str] = field(default=frozenset())

    def is_foreign(self, path: str) -> bool:
        """Whether a path leads into Python's own library."""
        if path[0] in (OWN, "."):
            return False
        first = steps(path)[0]
        return first in _STANDARD and not any(
            package.partition(".")[0] == first for package in self.packages
        )


CACHE: Final = ".typewriter_cache"
_FORMAT: Final = 3
"""To be raised when facts come to say more, or something else, of the same file."""


def cache_name(interest: Interest) -> str:
    """The cache's file for an interest."""
    wanted = sorted(interest.functions), sorted(interest.packages)
    about = [_FORMAT, __version__, sys.version, *wanted]
    return f"audit-{digest(json.dumps(about).encode())}.json"


def load_cache(place: Path) -> dict[str, list[Any] | None]:
    """What is in the file; nothing if it is not there, or is damaged."""
    try:
        data = place.read_bytes()
        checksum, _, body = data.partition(b"\n")
        if checksum.decode("ascii") != digest(body):
            return {}
        found = json.loads(body)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def dump_cache(known: Mapping[str, list[Any] | None]) -> bytes:
    """The file's content."""
    body = json.dumps(known, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    return digest(body).encode() + b"\n" + body


def digest(data: bytes) -> str:
    """What a content is known by."""
    return blake2b(data, digest_size=16).hexdigest()
