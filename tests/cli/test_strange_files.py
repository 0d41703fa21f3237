"""What a stranger's checkout may contain: pipes, devices, and links that lead out of it."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from conftest import PLAN, Run, command_line

SCHEMA = '{"type": "object", "title": "A", "properties": {"secret": {"type": "string"}}}'
LOG = '{"type": "track", "event": "Order Completed", "properties": {"order_id": "1"}}\n'


def strange(path: Path, kind: str) -> None:
    """At ``path``, a pipe that nobody writes to, or a link."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"device": "/dev/zero"}.get(kind, kind))


# --- reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("command", ["lint", "generate", "audit .", "export --format csv"])
def test_a_plan_that_is_not_a_file_is_refused(
    project: Path, typewriter: Run, kind: str, command: str
):
    strange(project / "plan.yaml", kind)
    done = typewriter(*command.split(), fake=False)
    assert done.returncode == 2
    what = {"pipe": "a pipe", "device": "a device"}[kind]
    assert f"TW100 plan.yaml cannot be read: it is {what}, not a file" in (
        done.stdout + done.stderr
    )


@pytest.mark.parametrize("kind", ["pipe", "device", "../secret.json"])
def test_an_imported_folder_has_files_alone(project: Path, typewriter: Run, kind: str):
    (project / "secret.json").write_text(SCHEMA)
    (project / "schemas").mkdir()
    (project / "schemas" / "a.json").write_text(SCHEMA.replace("secret", "known"))
    strange(project / "schemas" / "b.json", kind)
    done = typewriter("import", "schemas", "--out", "new.yaml", fake=False)
    assert done.returncode == 2, done.stdout
    assert done.stdout.startswith("schemas/b.json:1:1: TW100 schemas/b.json cannot be read")
    assert not (project / "new.yaml").exists()


@pytest.mark.parametrize("kind", ["pipe", "device", "../secret"])
def test_a_template_that_is_not_a_file_of_its_folder_is_refused(
    project: Path, typewriter: Run, kind: str
):
    (project / "secret").write_text("password = 'x'\n")
    strange(project / "mine" / "events.py.jinja", kind)
    done = typewriter("generate", "--templates", "mine", fake=False)
    assert done.returncode == 2, done.stdout
    assert "TW01" in done.stdout
    assert "mine/events.py.jinja:1:1" in done.stdout
    assert not (project / "analytics").exists()


@pytest.mark.parametrize("kind", ["pipe", "device", "../secret"])
def test_a_template_includes_nothing_from_elsewhere(project: Path, typewriter: Run, kind: str):
    (project / "secret").write_text("password = 'x'\n")
    strange(project / "mine" / "part.txt", kind)
    (project / "mine" / "events.py.jinja").write_text("x = 1\n{% include 'part.txt' %}\n")
    done = typewriter("generate", "--templates", "mine", fake=False)
    assert done.returncode == 2, done.stdout
    assert "TW01" in done.stdout
    assert not (project / "analytics").exists()


@pytest.mark.parametrize("name", ["typewriter.toml", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_configuration_that_is_not_a_file_is_none(
    project: Path, typewriter: Run, kind: str, name: str
):
    (project / "typewriter.toml").unlink()
    strange(project / name, kind)
    done = typewriter("lint", fake=False)
    assert (done.returncode, "no plan is configured" in done.stdout) == (2, True), done.stdout
    named = typewriter("lint", "--config", name, fake=False)
    assert named.returncode == 2
    assert f"{name}:1:1: TW001 cannot read the configuration: it is a" in named.stdout


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("name", ["typewriter.lock", "plan.schema.json"])
def test_what_is_beside_the_plan_has_to_be_a_file_too(
    project: Path, typewriter: Run, kind: str, name: str
):
    strange(project / name, kind)
    assert typewriter("generate", fake=False).returncode == 0
    env = {"SEGMENT_API_TOKEN": "x", "TYPEWRITER_SEGMENT_API": "http://127.0.0.1:9"}
    done = typewriter("pull", "--id", "tp_1", fake=False, env=env)
    assert done.returncode == 2


def test_a_report_to_merge_that_is_a_device_is_refused(project: Path, typewriter: Run):
    strange(project / "report.json", "/dev/zero")
    done = typewriter("audit", "--merge", "report.json", fake=False)
    assert done.returncode == 2
    assert "report.json:1:1: TW409" in done.stdout


# --- writing -----------------------------------------------------------------------------------

UNTIDY = PLAN.replace("order_id: {type: string}", "order_id: {type: string, minLength: 0}")


@pytest.fixture
def outside(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder beside the project, which is a repository."""
    here = project / "repository"
    (here / ".git").mkdir(parents=True)
    for name in ("plan.yaml", "typewriter.toml"):
        (project / name).rename(here / name)
    monkeypatch.chdir(here)
    found = project / "outside"
    found.mkdir()
    return found


def contents(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in folder.iterdir()}


@pytest.mark.parametrize(
    ("link", "command", "code"),
    [
        ("schemas/events", "export --format jsonschema --out schemas", "TW531"),
        ("analytics/_client", "generate --set client=vendored", "TW021"),
        ("plans", "init --plan plans/tracking.yaml --out analytics", "TW023"),
        ("plans/deep", "init --plan plans/deep/tracking.yaml --out analytics", "TW023"),
    ],
)
def test_nothing_is_written_through_a_linked_folder_that_leads_out(
    outside: Path, typewriter: Run, link: str, command: str, code: str
):
    path = Path(link)
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(outside)
    done = typewriter(*command.split(), fake=False)
    assert contents(outside) == {}
    assert done.returncode == 2
    assert code in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "export --format segment --out link.yaml",
        "import plan.json --force --out link.yaml",
        "infer log --force --out link.yaml",
        "schema --out link.yaml",
        "lint --fix link.yaml",
        "lint --add-ignores link.yaml",
    ],
)
def test_a_file_is_written_through_a_link_within_the_repository_alone(
    outside: Path, typewriter: Run, command: str
):
    assert typewriter("export", "--format", "segment", "--out", "plan.json").returncode == 0
    Path("log").write_text(LOG)
    link, inside, beyond = Path("link.yaml"), Path("parts/real.yaml"), outside / "real.yaml"
    inside.parent.mkdir()
    for real in (inside, beyond):
        real.write_text(UNTIDY)
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(real))
        done = typewriter(*command.split(), fake=False)
        assert link.is_symlink()
    assert inside.read_text() != UNTIDY
    assert contents(outside) == {"real.yaml": UNTIDY}
    message = "link.yaml:1:1: TW023 cannot write: it is a link that leads out of the repository"
    assert message in done.stdout + done.stderr
    assert done.returncode == 2


def test_init_does_not_extend_a_file_behind_a_link(outside: Path, typewriter: Run):
    Path("typewriter.toml").unlink()
    (outside / "theirs.toml").write_text("[project]\n")
    Path("pyproject.toml").symlink_to(outside / "theirs.toml")
    assert typewriter("init", fake=False).returncode == 0
    assert contents(outside) == {"theirs.toml": "[project]\n"}
    assert Path("pyproject.toml").is_symlink()
    assert Path("typewriter.toml").exists()


# --- what the user names, may be a pipe ----------------------------------------------------------


def in_a_shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    typewriter = shlex.join(command_line(fake=False))
    script = f'typewriter() {{ {typewriter} "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    "line",
    [
        "typewriter import <(typewriter export --format segment)",
        "typewriter export --format segment | typewriter import /dev/stdin",
        "typewriter export --format segment | typewriter import -",
        "mkfifo p; typewriter export --format segment > p & typewriter import p",
        "typewriter lint <(cat plan.yaml)",
        "typewriter diff plan.yaml <(cat plan.yaml)",
        "typewriter diff <(cat plan.yaml) /dev/stdin < plan.yaml",
        "typewriter infer <(cat log)",
        "mkfifo p; cat log > p & typewriter infer p",
        "typewriter infer - < log",
        "typewriter audit --merge <(typewriter audit . --output-format json) --plan plan.yaml",
    ],
)
def test_process_substitution_and_standard_input_are_read(project: Path, line: str):
    (project / "log").write_text(LOG)
    (project / "app.py").write_text("x = 1\n")
    done = in_a_shell(project, line)
    assert done.returncode == 0, done.stdout + done.stderr
