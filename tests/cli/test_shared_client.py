from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

CONFIG = """\
plan = "plan.yaml"
[[targets]]
language = "python"
out = "src/acme/pk"
client = "{}"
"""


@pytest.mark.parametrize("client", ["pk._client", "acme.pk._client", "src.acme.pk", "pk"])
def test_a_package_cannot_send_with_the_client_that_it_would_lose(
    project: Path, typewriter: Run, client: str
):
    assert typewriter("generate", "--out", "src/acme/pk", fake=False).returncode == 0
    (project / "typewriter.toml").write_text(CONFIG.format(client))
    done = typewriter("generate", fake=False)
    assert done.returncode == 2
    said = f'TW003 the setting client = "{client}" names the client of the very'
    assert f"typewriter.toml:5:1: {said}" in done.stdout
    assert "name another package's client" in done.stdout
    assert (project / "src/acme/pk/_client/__init__.py").exists()


def test_nor_through_a_link(project: Path, typewriter: Run):
    (project / "lnk").symlink_to("pk")
    done = typewriter("generate", "--out", "lnk", "--set", "client=pk._client", fake=False)
    assert done.stdout.startswith("TW003 the setting client")


@pytest.mark.parametrize("client", ["pk._client", "other.pk._client", "acme.pk2._client"])
def test_another_package_of_the_same_last_name_is_another(
    project: Path, typewriter: Run, client: str
):
    (project / "src" / "acme").mkdir(parents=True)
    (project / "src" / "acme" / "__init__.py").touch()
    (project / "typewriter.toml").write_text(CONFIG.format(client))
    done = typewriter("generate", fake=False)
    assert done.returncode == 0, done.stdout
    assert f"from {client} import" in (project / "src/acme/pk/events.py").read_text()
