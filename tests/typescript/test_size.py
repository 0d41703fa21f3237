"""How much of a plan with 1,000 events is in an application that sends three of them."""

from __future__ import annotations

import sys
from pathlib import Path

from . import tools

sys.path.insert(0, str(tools.ROOT))

from benchmarks.plans import plan as plan_of

PROGRAM = """
import {{ load, {names} }} from "./analytics";
load("key");
{calls}
"""


def _events(plan: Path) -> list[str]:
    return [event.name for event in tools.read(plan).events[:3]]


@tools.needs_node
def test_three_of_a_thousand_events_take_a_few_kilobytes(tmp_path: Path) -> None:
    from typewriter_py.names import camel, words

    tools.workspace(tmp_path)
    plan = tmp_path / "plan.yaml"
    plan.write_text(plan_of(1000))
    files = tools.files_of(tools.read(plan))
    tools.write(tmp_path / "analytics", files)
    names = [camel(words(name)) for name in _events(plan)]
    calls = "\n".join(f"{name}({{}} as never);" for name in names)
    (tmp_path / "app.ts").write_text(PROGRAM.format(names=", ".join(names), calls=calls))
    size = tools.bundle(tmp_path, "app.ts", "app.js", "browser", "@segment/analytics-next")
    assert size < 4_000
    text = (tmp_path / "app.js").read_text()
    assert text.count("typewriter:") == 1
    assert "tracking plan" not in text  # the validators say that
