"""At the root of a repository with a configuration for each service, commands use all of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import PLAN, Run

CONFIG = 'plan = "plan.yaml"\n[[targets]]\nlanguage = "python"\nout = "{}/analytics"\n'
FIRST, SECOND = "services/billing", "services/shop"


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True)


def service(folder: Path, event: str) -> None:
    name = folder.name
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").touch()
    (folder / "typewriter.toml").write_text(CONFIG.format(name))
    (folder / "plan.yaml").write_text(PLAN.replace("Order Completed", event))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", ".")
    service(tmp_path / FIRST, "Invoice Sent")
    service(tmp_path / SECOND, "Order Shipped")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(root: Path, folder: str, old: str, new: str) -> None:
    plan = root / folder / "plan.yaml"
    plan.write_text(plan.read_text().replace(old, new))


def test_generate_does_it_for_each_service_in_order(root: Path, typewriter: Run):
    done = typewriter("generate", fake=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "services/billing/billing/analytics: 6 files written\n"
        "services/shop/shop/analytics: 6 files written\n"
    )
    check = typewriter("generate", "--check", "--output-format", "json", fake=False)
    assert (check.returncode, json.loads(check.stdout)) == (0, [])
    within = typewriter("generate", "--check", cwd=root / SECOND, fake=False)
    assert within.stderr == "shop/analytics: 6 files current\n"


def test_the_exit_status_is_the_worst_and_the_report_is_one_document(root: Path, typewriter: Run):
    typewriter("generate")
    change(root, SECOND, "Shipped", "Sent")
    stale = typewriter("generate", "--check", "--output-format", "json")
    assert stale.returncode == 1
    assert {each["file"] for each in json.loads(stale.stdout)} == {
        f"{SECOND}/shop/analytics/events.py"
    }
    change(root, FIRST, "required:", "requird:")
    broken = typewriter("generate", "--output-format", "json")
    assert broken.returncode == 2
    assert {each["file"] for each in json.loads(broken.stdout)} == {f"{FIRST}/plan.yaml"}
    assert typewriter("generate", "--check", cwd=root / SECOND).returncode == 1  # nothing written


def test_lint_uses_the_settings_of_each_service(root: Path, typewriter: Run):
    change(root, FIRST, "        description: A payment went through.\n", "")
    change(root, SECOND, "        description: A payment went through.\n", "")
    with (root / SECOND / "typewriter.toml").open("a") as config:
        config.write('[lint]\nignore = ["all"]\n')
    done = typewriter("lint", "--strict", "--output-format", "json")
    assert done.returncode == 1
    assert {each["file"] for each in json.loads(done.stdout)} == {f"{FIRST}/plan.yaml"}
    assert done.stderr == f"{FIRST}/plan.yaml: 1 warning\n{SECOND}/plan.yaml: no problems\n"


def test_diff_compares_every_plan(root: Path, typewriter: Run):
    git(root, "add", "-A")
    git(root, "commit", "-qm", "start")
    for folder in (FIRST, SECOND):
        change(root, folder, "order_id: {type: string}", "order_id: {type: integer}")
    done = typewriter("diff", "git:HEAD", "--breaking")
    assert done.returncode == 1
    assert [done.stdout.count(f"{each}/plan.yaml:") for each in (FIRST, SECOND)] == [1, 1]


def test_audit_knows_each_package_and_its_plan(root: Path, typewriter: Run):
    typewriter("generate", fake=False)
    (root / FIRST / "billing/app.py").write_text(
        "from . import analytics\n\nanalytics.invoice_sent(order_id='o_1')\n"
    )
    done = typewriter("audit", ".", "--fail-on", "unused", "--output-format", "json", fake=False)
    assert done.returncode == 1
    sent = {each["event"]: len(each["calls"]) for each in json.loads(done.stdout)["events"]}
    assert (sent["Invoice Sent"], sent["Order Shipped"]) == (1, 0)


def test_a_configuration_without_packages_is_for_lint_alone(root: Path, typewriter: Run):
    (root / FIRST / "typewriter.toml").write_text('plan = "plan.yaml"\n')
    assert typewriter("generate").stderr == f"{SECOND}/shop/analytics: 4 files written\n"
    assert typewriter("lint").stderr.count("no problems") == 2


def test_other_peoples_configurations_are_not_run(root: Path, typewriter: Run):
    for folder in (".hidden/a", "node_modules/b", "env/c", "dist/d", "lib/e"):
        service(root / folder, "Never Sent")
    (root / "env/pyvenv.cfg").touch()
    (root / ".gitignore").write_text("dist/\n")
    git(root, "init", "-q", "lib")
    (root / "linked").symlink_to(root / SECOND)
    assert typewriter("generate").stderr.count("written") == 2


def test_the_table_in_pyproject_counts_and_both_files_are_one_too_many(root: Path, typewriter: Run):
    table = CONFIG.format("shop").replace("[[targets]]", "[[tool.typewriter.targets]]")
    (root / SECOND / "pyproject.toml").write_text(f"[tool.typewriter]\n{table}")
    two = typewriter("generate")
    assert two.returncode == 2
    assert f"TW013 `{SECOND}/pyproject.toml` has a [tool.typewriter] table, too" in two.stdout
    (root / SECOND / "typewriter.toml").unlink()
    assert typewriter("generate").returncode == 0
    (root / "pyproject.toml").write_text("[project]\nname = 'root'\n")
    assert typewriter("generate", "--check").returncode == 0


def test_outside_a_repository_nothing_below_is_run(root: Path, typewriter: Run):
    """A home folder may contain many projects, which nobody means at once."""
    (root / ".git").rename(root / "git")
    done = typewriter("generate")
    assert done.returncode == 2
    assert "TW007" in done.stdout
    assert done.stdout.endswith("or choose a configuration with --config\n")


def test_where_one_is_needed_the_way_out_is_said(root: Path, typewriter: Run):
    listed = (
        f"or choose a configuration with --config: {FIRST}/typewriter.toml, {SECOND}/typewriter"
    )
    alone = typewriter("generate", "--plan", f"{SECOND}/plan.yaml")
    assert (alone.returncode, listed in alone.stdout) == (2, True)
    done = typewriter("export", "--format", "csv")
    assert listed in done.stdout + done.stderr
    chosen = typewriter("generate", "--config", f"{SECOND}/typewriter.toml")
    assert chosen.stderr == f"{SECOND}/shop/analytics: 4 files written\n"
