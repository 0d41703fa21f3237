"""Replaces a package by another version of it, again and again, until it is killed."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from typewriter_py.output import HEADER, File, compare
from typewriter_py.output.write import apply

HEAD = f"{HEADER} plan.yaml. DO NOT EDIT.\n"


def files(version: int) -> list[File]:
    """A package that imports only if all its modules are of one version."""
    body = f"{HEAD}version = {version}\n" + "# padding\n" * 2000
    check = "from . import {0}\nassert {0}.version == version\n"
    return [
        File("events.py", body),
        File("_client/__init__.py", body),
        File("__init__.py", body + check.format("events") + check.format("_client")),
        *([File("extra.py", body)] if version % 2 else []),
    ]


if __name__ == "__main__":
    out = Path(sys.argv[1])
    print("ready", flush=True)
    for version in count():
        assert not apply(compare(out, files(version)))
