"""Each folder of ``golden``: a log, the plan that is inferred from it, and what is said.

``pytest --update-golden`` writes ``plan.yaml`` and ``said.txt`` anew, for review in the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from typewriter_py.diagnostics import has_errors, in_order
from typewriter_py.formats.repair import repair_draft
from typewriter_py.infer.logs import Log
from typewriter_py.infer.plan import infer
from typewriter_py.plan.load import load
from typewriter_py.plan.model import Plan
from typewriter_py.plan.yaml_writer import write
from typewriter_py.targets import Request
from typewriter_py.targets import load as load_target

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def plan_of(case: str) -> tuple[Plan, str, str]:
    (log,) = (GOLDEN / case).glob("log.*")
    found = infer([Log(str(log))], "Shop")
    assert found.draft is not None
    plan, said = repair_draft(found.draft)
    assert plan is not None
    told = in_order((*found.diagnostics, *said))
    lines = [f"{d.span.line if d.span else '-'} {d.code} {d.message}\n" for d in told]
    return plan, write(found.draft.root, found.draft.comments, found.draft.head), "".join(lines)


@pytest.mark.parametrize("case", CASES)
def test_the_plan_and_the_diagnostics(case: str, update_golden: bool) -> None:
    plan, text, said = plan_of(case)
    for name, made in (("plan.yaml", text), ("said.txt", said)):
        path = GOLDEN / case / name
        if update_golden:
            path.write_text(made, "utf-8")
        assert made == path.read_text("utf-8")
    loaded = load(GOLDEN / case / "plan.yaml")
    assert loaded.diagnostics == ()
    assert loaded.plan == plan
    made = load_target("python").generate(Request(plan, case, "plan.yaml"))
    assert not has_errors(made.diagnostics)
