"""The cost of patterns that ``typewriter lint`` lets pass, for 32 kB of the worst text.

Run as a separate process (``python -m benchmarks.patterns FOLDER``); prints the milliseconds of
the slowest pattern as JSON, for Python and, if there is one, for Node.  A text is cut to the
length up to which it is matched at all, as generated code does.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from time import process_time
from typing import Final

from typewriter_client.rules.patterns import compiled

from typewriter_py.plan.patterns.backtracking import QUICK, growth, max_matched
from typewriter_py.targets.typescript.rules import to_javascript

SIZE: Final = 32_000
PATTERNS: Final = (
    r"\w+@",
    r"\s+$",
    "<[^>]+>",
    "^a*a*$",
    r"[\w.-]+@[\w.-]+\.\w+",
    r"(?:[a-z]\d?)+@",
    r"(\w|\.|-)+@",
    "(?:a|b|c)+(?:d|e)@",
    r"^\S+( \S+)*$",
    "^[a-z]+(?:[ _-][a-z]+)*$",
    "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==)?$",
    r"(?:[a-z]\d?){1,10}@",
    '"[^"]*"',
)
_PROGRAM: Final = """
const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
let slowest = 0;
for (const [source, text] of cases) {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const started = process.cpuUsage().user;
    new RegExp(source, "u").test(text);
    best = Math.min(best, (process.cpuUsage().user - started) / 1000);
  }
  slowest = Math.max(slowest, best);
}
console.log(slowest);
"""


def hostile(pattern: str) -> str:
    """The part that is matched of a text for which the pattern takes as long as it can."""
    found = growth(pattern)
    if found.degree > QUICK:
        raise RuntimeError(f"lint reports {pattern}")
    part = found.text(1)[:-1] or "a"
    return (part * SIZE)[: (max_matched([pattern], None) or SIZE) - 1] + "!"


def milliseconds(pattern: str, text: str) -> float:
    """CPU time in Python; the best of three."""
    search, best = compiled(pattern).search, float("inf")
    for _ in range(3):
        started = process_time()
        search(text)
        best = min(best, process_time() - started)
    return best * 1000


def main() -> None:
    """Measure, and print the results."""
    cases = [(each, hostile(each)) for each in PATTERNS]
    measured = {"Python": max(milliseconds(*each) for each in cases)}
    if shutil.which("node"):
        given = json.dumps([(to_javascript(pattern), text) for pattern, text in cases])
        command = ["node", "-e", _PROGRAM]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
        measured["Node"] = float(done.stdout)
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
