"""Each folder of ``golden``: a plan of another form, what becomes of it, and what is said.

``options.txt`` holds options of the command, if any.  ``pytest --update-golden`` writes
``plan.yaml`` and ``said.txt`` anew, for review in the diff.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from typewriter_py.diagnostics import has_errors
from typewriter_py.plan.load import load
from typewriter_py.targets import Request
from typewriter_py.targets import load as load_target

from .importing import Imported, import_path, shown

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())
OURS = ("plan.yaml", "said.txt", "options.txt")


def imported(case: str) -> Imported:
    folder = GOLDEN / case
    options = folder / "options.txt"
    words = options.read_text().split() if options.exists() else []
    (source,) = [path for path in folder.iterdir() if path.name not in OURS]
    return import_path(source, **{word.removeprefix("--"): True for word in words})


def test_there_is_a_case_for_each_of_segments_forms():
    assert {"config_api", "public_api", "typewriter_cache", "typewriter_6"} <= set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_plan_and_the_diagnostics(case: str, update_golden: bool):
    found = imported(case)
    assert found.text is not None, found.said
    said = "".join(f"{line}\n" for line in found.said)
    for name, text in (("plan.yaml", found.text), ("said.txt", said)):
        path = GOLDEN / case / name
        if update_golden:
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_the_plan_lints_clean_and_is_what_was_imported(case: str):
    loaded = load(GOLDEN / case / "plan.yaml")
    assert [*map(shown, loaded.diagnostics)] == []
    assert loaded.plan == imported(case).plan


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of all cases, each called after its case."""
    home = tmp_path_factory.mktemp("packages")
    for case in CASES:
        plan = load(GOLDEN / case / "plan.yaml").plan
        assert plan is not None
        made = load_target("python").generate(Request(plan, case, "plan.yaml"))
        assert not has_errors(made.diagnostics)
        for file in made.files:
            path = home / case / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.text, "utf-8")
    return home


def test_what_is_generated_type_checks(generated: Path):
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", ".cache", *CASES]
    done = subprocess.run(command, cwd=generated, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout


SENDING = """
import json
import typewriter_cache as analytics
from typewriter_cache.testing import capture

with capture() as sent:
    analytics.order_completed("u1", order_id="o", total=9.5, products=[{"product_id": "p"}])
    analytics.order_completed_v2(
        "u1", order_id="o", total=9.5, products=[], delivery={"carrier": "DHL"}
    )
    analytics.bobs_co_opened("u1", partner_name="B", class_="Y")
    analytics.product_viewed("u1", product_id="p", brand=None)
    for message in sent:
        protocols = message["context"].get("protocols")
        print(json.dumps([message["event"], [*message["properties"]], protocols]))
    try:
        analytics.product_viewed("u1", product_id="p", shelf=3)
    except analytics.ViolationError as error:
        print(json.dumps(str(error)))
"""


def test_a_plan_of_many_events_at_work(generated: Path):
    """Names as Segment has them, both versions, null where it is allowed, nothing unplanned."""
    done = subprocess.run(
        [sys.executable, "-c", SENDING], cwd=generated, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    *sent, refused = map(json.loads, done.stdout.splitlines())
    assert sent == [
        ["Order Completed", ["order_id", "total", "products"], None],
        ["Order Completed", ["order_id", "total", "products", "delivery"], {"event_version": 2}],
        ["Bob's & Co Opened", ["Partner Name", "class"], None],
        ["Product Viewed", ["product_id", "brand"], None],
    ]
    assert "shelf" in refused
