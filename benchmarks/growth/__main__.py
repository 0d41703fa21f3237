"""Prints the table: command, dimension, CPU seconds at n and 4n, exponent."""

from __future__ import annotations

import sys

from .cases import CASES
from .measure import TIMES, grown

SCALE = 4
"""How much larger inputs are here than in the tests."""


def main() -> None:
    """Measure and print one row after the other."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for case in CASES:
        if wanted in case.name:
            each = grown(case, case.size * SCALE)
            print(
                f"{each.command:20} {each.dimension:34} {each.size:5,} {each.small:7.3f}"
                f" {each.size * TIMES:6,} {each.large:7.3f} {each.exponent:5.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
