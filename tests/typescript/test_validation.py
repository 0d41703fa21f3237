"""What validation does with calls that break the plan; production bundles do not include it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from packages import WIDE

from . import tools

WRONG = "Order Completed: properties.total: Invalid type. Expected: number, given: string"
WEB = "Order Completed: properties.order_id: Invalid type. Expected: string, given: object"
LOADED = """
import { load, orderCompleted } from "./shop";

load("key");
if (process.env["NODE_ENV"] !== "production")
  void import("./shop/validation").then(({ validate }) => validate());
orderCompleted({ order_id: "1", total: 9.5, products: [{ product_id: "p" }] });
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """validation_program.ts as Node runs it."""
    folder = tools.workspace(tmp_path_factory.mktemp("validation"))
    tools.write(folder / "shop", tools.files_of(tools.read(WIDE), "analytics-node"))
    shutil.copy(tools.HERE / "validation_program.ts", folder)
    bundled = ("--bundle", "--platform=node", "--format=esm", "--external:@segment/*")
    built = ("validation_program.ts", *bundled, "--outfile=program.mjs", "--log-level=error")
    assert tools.run(folder, "esbuild", *built) == ""
    return folder / "program.mjs"


@tools.needs_node
@pytest.mark.parametrize(
    ("environment", "usual"),
    [
        ({}, ["sent", "sent"]),
        ({"NODE_ENV": "test"}, ["sent", f"threw {WRONG}"]),
        ({"VITEST": "true"}, ["sent", f"threw {WRONG}"]),
        ({"JEST_WORKER_ID": "1"}, ["sent", f"threw {WRONG}"]),
    ],
)
def test_each_answer_to_a_violation(
    program: Path, environment: dict[str, str], usual: list[str]
) -> None:
    said = _run(program, environment)
    assert said["outcomes"] == {
        "throw": ["sent", f"threw {WRONG}"],
        "warn": ["sent", "sent"],
        "drop": ["sent", "kept back"],
        "ask": ["sent", "sent"],
        "refuse": ["sent", "kept back"],
        "usual": usual,
        "web": [f"threw {WEB}"],
        "stopped": ["sent"],
    }
    (asked,) = said["asked"]
    assert asked["event"] == "Order Completed"
    assert asked["body"]["total"] == "9.5"
    (violation,) = asked["violations"]
    assert violation["path"] == "properties.total"
    assert violation["code"] == "Invalid Type"
    assert said["warnings"] == [WRONG] * (3 if environment == {} else 2)  # warn, drop, usual


@tools.needs_node
def test_alias_sends_both_ids(program: Path) -> None:
    last = json.loads(_run(program, {})["last"])
    assert (last["userId"], last["previousId"]) == ("new", "old")
    assert last["context"]["typewriter"]["language"] == "typescript"


def _run(program: Path, environment: dict[str, str]) -> Any:
    runners = ("NODE_ENV", "VITEST", "JEST_WORKER_ID")
    inherited = {key: value for key, value in os.environ.items() if key not in runners}
    done = subprocess.run(
        ["node", str(program)],
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@tools.needs_node
def test_a_production_bundle_leaves_validation_out(tmp_path: Path) -> None:
    tools.workspace(tmp_path)
    tools.write(tmp_path / "shop", tools.files_of(tools.read(WIDE)))
    (tmp_path / "app.ts").write_text(LOADED)
    (tmp_path / "all.ts").write_text(LOADED.replace('"production"', '"somewhere"'))
    small = tools.bundle(tmp_path, "app.ts", "app.js", "browser", "@segment/analytics-next")
    large = tools.bundle(tmp_path, "all.ts", "all.js", "browser", "@segment/analytics-next")
    assert "is required" not in (tmp_path / "app.js").read_text()
    assert "is required" in (tmp_path / "all.js").read_text()
    assert small * 3 < large
