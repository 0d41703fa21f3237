"""What the two distributions hold, and that they fit."""

from __future__ import annotations

import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import typewriter_client
from packaging.requirements import Requirement
from packaging.version import Version

import typewriter_py

from .environments import NAMES, ROOT, Built

CLIENT, TOOL = NAMES
pytestmark = pytest.mark.skipif(not (ROOT / "client").is_dir(), reason="needs the repository")


def project(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]


def names(built: Built) -> set[str]:
    with zipfile.ZipFile(built.wheel) as archive:
        return set(archive.namelist())


def test_the_tools_wheel_holds_templates_plans_and_the_meta_schema(
    built: dict[str, Built],
) -> None:
    found = names(built[TOOL])
    wanted = {
        "typewriter_py/templates/python/__init__.py.jinja",
        "typewriter_py/templates/python/events.py.jinja",
        "typewriter_py/templates/typescript/events.analytics-node.ts.jinja",
        "typewriter_py/templates/typescript/client/analytics-next.ts",
        "typewriter_py/plans/ecommerce.yaml",
        "typewriter_py/plan/plan.schema.json",
        "typewriter_py/py.typed",
        f"typewriter_py-{typewriter_py.__version__}.dist-info/licenses/LICENSE",
    }
    assert wanted - found == set()
    information = f"typewriter_py-{typewriter_py.__version__}.dist-info"
    assert {name.partition("/")[0] for name in found} == {"typewriter_py", information}


def test_the_clients_wheel_holds_all_its_modules_its_types_and_the_license(
    built: dict[str, Built],
) -> None:
    source = ROOT / "client"
    modules = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
    found = names(built[CLIENT])
    information = f"typewriter_py_client-{typewriter_client.__version__}.dist-info"
    assert modules | {"typewriter_client/py.typed", f"{information}/licenses/LICENSE"} <= found
    assert {name.partition("/")[0] for name in found} == {"typewriter_client", information}


def test_each_sdist_is_of_its_own(built: dict[str, Built]) -> None:
    files = {}
    for name in NAMES:
        with tarfile.open(built[name].sdist) as archive:
            files[name] = {member.partition("/")[2] for member in archive.getnames()}
    assert {"README.md", "LICENSE", "pyproject.toml"} <= files[CLIENT] & files[TOOL]
    assert "typewriter_client/__init__.py" in files[CLIENT]
    assert not [file for file in files[TOOL] if file.startswith("client/")]


def test_both_have_one_license() -> None:
    assert (ROOT / "client" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def test_the_tool_needs_the_client_of_its_own_minor() -> None:
    """A fix of the client then needs no new tool; anything more comes with one."""
    requirements = [Requirement(each) for each in project(ROOT)["dependencies"]]
    (bound,) = (each.specifier for each in requirements if each.name == CLIENT)
    client, tool = Version(typewriter_client.__version__), Version(typewriter_py.__version__)
    assert client.release[:2] == tool.release[:2]
    major, minor = client.release[:2]
    assert str(client) in bound
    assert f"{major}.{minor}.999" in bound
    assert f"{major}.{minor + 1}.0" not in bound
    assert f"{major}.{minor + 1}.0.dev0" not in bound
    if minor:
        assert f"{major}.{minor - 1}.999" not in bound


def test_the_client_needs_urllib3_alone_and_every_python_from_3_9() -> None:
    found = project(ROOT / "client")
    assert [Requirement(each).name for each in found["dependencies"]] == ["urllib3"]
    assert found["requires-python"] == ">=3.9"
    assert "optional-dependencies" not in found
