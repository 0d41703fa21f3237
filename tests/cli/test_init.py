"""`init` gives the package a name that hides no other module, above all not an SDK's."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PLAN, Run


def write(folder: Path, path: str, text: str = "") -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def out(folder: Path) -> str:
    config = tomllib.loads((folder / "typewriter.toml").read_text())
    found: str = config["targets"][0]["out"]
    return found


IN_USE: dict[str, tuple[dict[str, str], str]] = {
    "an import of the old SDK": (
        {"app.py": "import os\nimport analytics\n"},
        "app.py:2 imports a module of that name",
    ),
    "an import from it": (
        {"src/app.py": "def f():\n    from analytics.client import Client\n"},
        "src/app.py:2 imports a module of that name",
    ),
    "the new SDK, imported as it": (
        {"app.py": "import segment.analytics as analytics\n"},
        "app.py:1 imports an SDK by that name",
    ),
    "the new SDK, imported from its package": (
        {"app.py": "from segment import analytics\n"},
        "app.py:1 imports an SDK by that name",
    ),
    "RudderStack's": (
        {"app.py": "import rudderstack.analytics as analytics\n"},
        "app.py:1 imports an SDK by that name",
    ),
    "requirements": (
        {"requirements.txt": "# ours\nAnalytics_Python[async]==1.4.0 ; python_version > '3'\n"},
        "requirements.txt requires analytics-python, which is imported by that name",
    ),
    "requirements for development": (
        {"requirements-dev.in": "analytics-python\n"},
        "requirements-dev.in requires analytics-python, which is imported by that name",
    ),
    "Poetry's table": (
        {"pyproject.toml": '[tool.poetry.dependencies]\nanalytics-python = "^1.4"\n'},
        "pyproject.toml requires analytics-python, which is imported by that name",
    ),
    "an extra": (
        {"pyproject.toml": '[project.optional-dependencies]\nsend = ["analytics-python>=1"]\n'},
        "pyproject.toml requires analytics-python, which is imported by that name",
    ),
    "a virtual environment": (
        {
            ".venv/pyvenv.cfg": "",
            ".venv/lib/python3.12/site-packages/analytics/__init__.py": "",
        },
        ".venv/lib/python3.12/site-packages/analytics is installed",
    ),
    "a module of the project": (
        {"analytics.py": "mine = 1\n"},
        "analytics.py is a module of yours",
    ),
    "a package of the project": (
        {"analytics/__init__.py": "mine = 1\n"},
        "analytics is a package of yours",
    ),
}


@pytest.mark.parametrize("case", IN_USE)
def test_where_analytics_is_in_use_init_chooses_another_name_and_says_why(
    tmp_path: Path, typewriter: Run, case: str
):
    files, reason = IN_USE[case]
    for path, text in files.items():
        write(tmp_path, path, text)
    done = typewriter("init", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    why = f"`analytics` is in use ({reason}), so the package is called `tracking`\n"
    assert why in done.stderr
    assert typewriter("generate", cwd=tmp_path).stderr.startswith("tracking: ")


GIVEN = ("an import of the old SDK", "requirements", "a virtual environment",
         "a module of the project", "a package of the project")  # fmt: skip


@pytest.mark.parametrize("case", GIVEN)
def test_a_name_that_is_given_and_in_use_is_an_error(tmp_path: Path, typewriter: Run, case: str):
    files, reason = IN_USE[case]
    for path, text in files.items():
        write(tmp_path, path, text)
    before = sorted(tmp_path.rglob("*"))
    done = typewriter("init", "--out", "analytics", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == (
        f"TW024 the package would be called `analytics`, which is in use: {reason}\n"
        "      = help: choose another name, such as --out tracking\n"
    )
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["json", "logging", "src/email"])
def test_a_name_of_the_standard_library_is_an_error(tmp_path: Path, typewriter: Run, name: str):
    done = typewriter("init", "--out", name, cwd=tmp_path)
    assert done.returncode == 2
    assert "it is a module of Python's standard library" in done.stdout


def test_the_environment_at_the_root_of_the_repository_counts(tmp_path: Path, typewriter: Run):
    write(tmp_path, ".git")
    write(tmp_path, "venv/pyvenv.cfg")
    write(tmp_path, "venv/Lib/site-packages/analytics.py")
    (tmp_path / "service").mkdir()
    done = typewriter("init", cwd=tmp_path / "service")
    assert "../venv/Lib/site-packages/analytics is installed" in done.stderr
    assert out(tmp_path / "service") == "tracking"


def test_inside_a_package_a_name_hides_nothing(tmp_path: Path, typewriter: Run):
    write(tmp_path, "shop/__init__.py")
    write(tmp_path, "requirements.txt", "analytics-python\n")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert out(tmp_path) == "shop/analytics"


def test_inside_a_package_too_a_name_by_which_code_knows_an_sdk_is_avoided(
    tmp_path: Path, typewriter: Run
):
    write(tmp_path, "shop/__init__.py")
    write(tmp_path, "shop/app.py", "import segment.analytics as analytics\n")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert out(tmp_path) == "shop/tracking"


UNRELATED: dict[str, Callable[[Path], None]] = {
    "segment-analytics-python": lambda folder: write(
        folder, "requirements.txt", "segment-analytics-python==2.3\n"
    ),
    "an import of segment.analytics": lambda folder: write(
        folder, "app.py", "import segment.analytics\nfrom shop import web_analytics\n"
    ),
    "a mention": lambda folder: write(folder, "app.py", "# import analytics\nanalytics = 1\n"),
    "a file that cannot be parsed": lambda folder: write(folder, "app.py", "import analytics as\n"),
    "a hidden folder": lambda folder: write(folder, ".cache/app.py", "import analytics\n"),
    "a broken pyproject": lambda folder: write(folder, "requirements.txt", "-r other.txt\n\x00"),
}


@pytest.mark.parametrize("case", UNRELATED)
def test_what_only_looks_like_it_changes_nothing(tmp_path: Path, typewriter: Run, case: str):
    UNRELATED[case](tmp_path)
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert out(tmp_path) == "analytics"


def test_the_generated_package_itself_is_no_obstacle(tmp_path: Path, typewriter: Run):
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert typewriter("generate", cwd=tmp_path).returncode == 0
    write(tmp_path, "app.py", "import analytics\n")
    (tmp_path / "typewriter.toml").unlink()
    assert typewriter("init", "--out", "analytics", cwd=tmp_path).returncode == 0


# --- where the plan and the package go ---------------------------------------------------------


def plan_of(folder: Path) -> str:
    table = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["typewriter"]
    found: str = table["plan"]
    return found


@pytest.mark.parametrize(
    "backend", ["", '[build-system]\nbuild-backend = "setuptools.build_meta"\n']
)
def test_the_plans_folder_is_no_package_to_setuptools(
    tmp_path: Path, typewriter: Run, backend: str
):
    """It takes each folder with a name that can be imported for a package, and stops at two."""
    write(tmp_path, "pyproject.toml", f'{backend}[project]\nname = "shop"\n')
    write(tmp_path, "shop/__init__.py")
    done = typewriter("init", cwd=tmp_path)
    assert "setuptools would take a folder `plans` for a package" in done.stderr
    assert plan_of(tmp_path) == "tracking-plan/tracking.yaml"
    assert [each.name for each in tmp_path.iterdir() if each.name.isidentifier()] == ["shop"]
    assert typewriter("generate", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("project", "code"),
    [
        ('[project]\n[build-system]\nbuild-backend = "hatchling.build"\n', "shop"),
        ("[project]\n", "src/shop"),
        ("[tool.ruff]\n", "shop"),
        ('build-system = "odd"\n[project]\n', "src/shop"),
    ],
)
def test_elsewhere_the_plan_is_in_plans(tmp_path: Path, typewriter: Run, project: str, code: str):
    write(tmp_path, "pyproject.toml", project)
    write(tmp_path, f"{code}/__init__.py")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert plan_of(tmp_path) == "plans/tracking.yaml"


def test_in_a_configured_project_no_second_plan_is_written(tmp_path: Path, typewriter: Run):
    write(tmp_path, "typewriter.toml", 'plan = "shop/plan.yaml"\n')
    write(tmp_path, "shop/plan.yaml", PLAN)
    done = typewriter("init", cwd=tmp_path)
    assert "shop/plan.yaml: kept" in done.stderr
    assert "Describe your events in shop/plan.yaml" in done.stderr
    assert not (tmp_path / "plans").exists()


def test_the_package_is_beside_several_that_are_in_src(tmp_path: Path, typewriter: Run):
    for folder in ("src/a", "src/b", "scripts"):
        write(tmp_path, f"{folder}/__init__.py")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert out(tmp_path) == "src/analytics"


def test_a_src_without_python_is_not_ours(tmp_path: Path, typewriter: Run):
    write(tmp_path, "src/index.ts")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert out(tmp_path) == "analytics"
