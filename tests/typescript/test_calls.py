"""The compiler accepts right calls, and shows each kind of wrong one.

The files of calls hold both: what is wrong stands under ``@ts-expect-error``, and such a line
without an error is one itself.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from packages import WIDE

from . import tools


@tools.needs_node
@pytest.mark.parametrize("sdk", tools.SDKS)
def test_wrong_calls_are_errors_and_right_ones_are_none(sdk: str, tmp_path: Path) -> None:
    tools.workspace(tmp_path)
    tools.write(tmp_path / "shop", tools.files_of(tools.read(WIDE), sdk))
    shutil.copy(tools.HERE / "calls" / f"{sdk}.ts", tmp_path / "calls.ts")
    assert tools.run(tmp_path, "tsc", "-p", ".") == ""
