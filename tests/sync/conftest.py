from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .sync_cli import PLAN, Project, project


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """An empty folder, and an empty plan in Segment."""
    with project(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def pushed(empty: Project) -> Project:
    """A plan that Segment has, and the lock that says so."""
    empty.write(PLAN)
    done = empty.push("--yes")
    assert done.code == 0, done
    empty.segment.calls.clear()
    return empty
