"""The packages that are run: that of ``tests/typing/plan.yaml`` (``shop``), and myapp's, once on
the library beside it and once with its own copy (``vendored``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from interpreters import VERSIONS
from packages import LIBRARY, MYAPP, WIDE, generate


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the packages and the library from."""
    folder = tmp_path_factory.mktemp("site")
    (folder / LIBRARY.name).symlink_to(LIBRARY)
    generate(WIDE, folder / "shop")
    generate(MYAPP, folder / "analytics")
    generate(MYAPP, folder / "vendored", client="vendored")
    return folder


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each version of Python that the package supports."""
    return str(request.param)
