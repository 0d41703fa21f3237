"""Prints the table."""

from __future__ import annotations

import sys

from ..report import growth
from .measure import all_of


def main() -> None:
    """Measure all, or the cases with a word alone."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    print("\n\n".join(growth([*all_of(wanted)])))


if __name__ == "__main__":
    main()
