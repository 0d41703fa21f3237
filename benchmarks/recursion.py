"""The cost of a call whose value has the same two alternatives, without a tag, at every level.

Run as a separate process (``python -m benchmarks.recursion FOLDER``), with the package
generated from ``PLAN`` in ``FOLDER``; prints milliseconds as JSON.  If each alternative is
checked separately, every further level doubles the time for such a value.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

from .calls import Stub, cost

DEPTH: Final = 40
PLAN: Final = """\
tracking_plan:
  display_name: Recursion
  definitions:
    Step:
      oneOf:
        - type: object
          properties:
            next: { $ref: "#/definitions/Step" }
            mark: { type: object, properties: { value: { type: integer } } }
        - type: object
          properties:
            next: { $ref: "#/definitions/Step" }
            mark: { type: object, properties: { value: { type: string } } }
  rules:
    events:
      - name: Path Taken
        rules:
          required: [start]
          properties:
            start: { $ref: "#/definitions/Step" }
"""


def steps(last: object) -> dict[str, Any]:
    """A value ``DEPTH`` levels deep, with ``last`` as the mark of its innermost step."""
    value: dict[str, Any] = {"mark": {"value": last}}
    for number in range(DEPTH - 1):
        value = {"next": value, "mark": {"value": number if number % 2 else str(number)}}
    return value


def milliseconds(package: Any, last: object) -> float:
    """The cost of a call with such a value, once its rules are loaded."""
    value, found = steps(last), list[object]()

    def call() -> None:
        package.path_taken("user-1", start=value)

    package.configure(transport=Stub(), on_violation=lambda violations, _: found.append(violations))
    call()
    if bool(found) != (last is None):
        raise RuntimeError(f"wrong violations for {last!r}: {found}")
    return cost(call, 5, 3) / 1e6


def main(folder: Path) -> None:
    """Measure a valid call and one whose innermost step is invalid, and print the results."""
    sys.path.insert(0, str(folder))
    package = importlib.import_module("analytics")
    measured = {"valid": milliseconds(package, 1), "not valid": milliseconds(package, None)}
    package.close()
    print(json.dumps(measured))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
