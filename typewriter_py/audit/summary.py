"""What one Python file says about names, as paths that other files give their meaning.

A *path* is text: a root, then steps.  Roots are a module (``acme.analytics``), a name from a
module (``acme:analytics``, ``.clients:client``, with dots as in an import; ``acme:~x`` if a star
may provide it), a name of the file itself (``@.Tracker``), a parameter without a known type
(``$client``), a name that nothing binds (``?client``), text (``'Order Completed``), text with
gaps (``~Order *``), and a word found where nothing could be parsed (``!order_completed``).  Steps
are ``.name``, ``()`` for the result of a call, and ``[]`` for an element.

A cache keeps summaries, so that only what has changed is read again.  A file's summary depends
on its content, on what is looked for, and on the reader: the tool and its Python.  The content's
digest is the key of an entry, everything else is in the cache's name.  The cache is JSON with a
checksum; what is damaged, or not what ``Facts.data`` gives, is ignored.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import takewhile
from pathlib import Path
from typing import Any, Final, NamedTuple

from .. import __version__, disk

OWN: Final = "@"
PARAMETER: Final = "$"
UNBOUND: Final = "?"
TEXT: Final = "'"
PATTERN: Final = "~"
WORD: Final = "!"
STARRED: Final = ":~"
IMPORTED: Final = "import_module()"
"""After ``UNBOUND``: what is imported by a name that is only known at run time."""

CALLED: Final = 1
REFERRED: Final = 0
ALIASED: Final = 2
RETURNED: Final = 3
HELD: Final = 4
_KINDS: Final = (CALLED, REFERRED, ALIASED, RETURNED, HELD)

VALUES: Final = ("()", "[]")
"""Steps that are not names."""

_STANDARD: Final = frozenset(sys.stdlib_module_names)
_MOST: Final = 1 << 30  # lines of a file, columns of a line
_STEP: Final = re.compile(r"\(\)|\[\]|[^.:()~\[\]]+")


class Use(NamedTuple):
    """Where a path is used.

    ``kind``: it is called, referred to (passed on, stored), only given another name,
    returned, or held by an attribute.
    ``args`` has the paths of a call's arguments by position or keyword, as far as they may
    be an event's name; ``where`` is the function around it, "" if there is none.
    """

    path: str
    line: int
    column: int
    length: int
    kind: int
    args: Mapping[str, Sequence[str]] = {}
    where: str = ""


class Problem(NamedTuple):
    """Why a file could not be read as a whole."""

    line: int
    column: int
    message: str


@dataclass(slots=True)
class Facts:
    """Everything that matters about one file.

    ``exports`` maps names of the file to paths: ``client``, ``get_client()`` (what it returns),
    ``Tracker.client``, ``Tracker<`` (its bases); ``stars`` are the modules that ``from … import
    *`` names; ``parameters`` are those of the functions in which something is called with a
    parameter.
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
        """From ``data()``; what comes from a cache has to be ``is_sound`` first."""
        uses, exports, stars, parameters, problem = data
        why = Problem(*problem) if problem else None
        return cls([Use(*use) for use in uses], exports, stars, parameters, why)


def is_sound(data: Any) -> bool:
    """Whether an entry of a cache is what ``Facts.data`` gives: everything else relies on it."""
    match data:
        case [list(uses), dict(exports), list(stars), dict(parameters), problem]:
            return (
                all(map(_is_use, uses))
                and _are_lists(exports, _is_path)
                and _are_texts(stars)
                and _are_lists(parameters, _is_text)
                and (problem is None or _is_problem(problem))
            )
    return False


def _is_use(data: Any) -> bool:
    match data:
        case [path, line, column, length, kind, dict(args), str()]:
            numbers = all(type(each) is int and 0 < each < _MOST for each in (line, column, length))
            return numbers and _is_path(path) and kind in _KINDS and _are_lists(args, _is_path)
    return False


def _is_problem(data: Any) -> bool:
    match data:
        case [line, column, str()]:
            return all(type(each) is int and 0 < each < _MOST for each in (line, column))
    return False


def _is_path(data: Any) -> bool:
    return isinstance(data, str) and bool(_STEP.search(data))


def _is_text(data: Any) -> bool:
    return isinstance(data, str)


def _are_texts(data: Any) -> bool:
    return isinstance(data, list) and all(map(_is_text, data))


def _are_lists(data: Mapping[str, Any], test: Callable[[Any], bool]) -> bool:
    return all(isinstance(each, list) and all(map(test, each)) for each in data.values())


def steps(path: str) -> list[str]:
    """The parts of a path after its root's mark and dots."""
    return _STEP.findall(path)


def plain(parts: Sequence[str]) -> list[str]:
    """The names before the first call or element."""
    return list(takewhile(lambda part: part not in VALUES, parts))


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

    def is_standard(self, path: str) -> bool:
        """Whether a path leads into Python's standard library."""
        if path[0] in (OWN, "."):
            return False
        first = steps(path)[0]
        return first in _STANDARD and not any(
            package.partition(".")[0] == first for package in self.packages
        )


_LARGEST: Final = 512 << 20
_FORMAT: Final = 3
"""To be raised when the facts about the same file change."""


def cache_name(interest: Interest, project: str = "") -> str:
    """The name of the cache's file for an interest, and for a project where several share a
    folder."""
    wanted = sorted(interest.functions), sorted(interest.packages)
    about = [_FORMAT, __version__, sys.version, *wanted, project]
    return f"audit-{digest(json.dumps(about).encode())}.json"


def load_cache(path: Path) -> dict[str, list[Any] | None]:
    """The entries of the file, which may be anything; none if it is missing or damaged."""
    try:
        data = disk.read(path, within=path.parent, most=_LARGEST)
        checksum, _, body = data.partition(b"\n")
        if checksum.decode("ascii") != digest(body):
            return {}
        found = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def dump_cache(known: Mapping[str, list[Any] | None]) -> bytes:
    """The file's content."""
    text = json.dumps(known, separators=(",", ":"), ensure_ascii=False)
    body = text.encode("utf-8", "surrogatepass")
    return digest(body).encode() + b"\n" + body


def digest(data: bytes) -> str:
    """The digest that identifies a file's content."""
    return blake2b(data, digest_size=16).hexdigest()
