"""What a path can turn out to mean, and which packages are the generated ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

BY_NAME: Final = "?"


class Means(Enum):
    """What a path can turn out to be."""

    FUNCTION = "a function of the plan"
    UNKNOWN = "a function that the package would have if the plan had its event"
    PACKAGE = "the generated package itself, as a value"
    ANY = "whatever of the package has a name of this pattern"
    UNTYPED = "the package's own track"
    SDK = "an SDK, its client or something of it"
    RAW = "one of an SDK's calls"
    TEXT = "text"
    PATTERN = "text with gaps"
    OWN = "a function or class of the code base"
    LIKELY = "something unknown with the name of a function of the plan"


class Meaning(NamedTuple):
    """``name`` is the function, call, pattern or text; ``file`` is that of ``OWN``, and for
    ``RAW`` ``BY_NAME`` where only the name tells that it is an SDK's."""

    means: Means
    name: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Packages:
    """The generated packages: the folders that are known, and the names of them all."""

    folders: frozenset[str]
    dotted: frozenset[str]

    @property
    def last(self) -> frozenset[str]:
        """The last parts of their names."""
        return frozenset(name.rpartition(".")[2] for name in self.dotted)

    def names(self, parts: Sequence[str]) -> int:
        """How many of ``parts`` name a package that has no known folder; 0: none do."""
        for length in range(1, len(parts) + 1):
            if ".".join(parts[:length]) in self.dotted:
                return length
        return 0

    def ends(self, folder: str, name: str) -> bool:
        """Whether ``name`` in a folder may be a package, judged by the folders above."""
        whole = [*folder.split(os.sep), name]
        return any(whole[-len(d.split(".")) :] == d.split(".") for d in self.dotted)
