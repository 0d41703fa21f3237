"""What all tests share: how many run at once, the option that rewrites goldens, Ctrl-C, proxies."""

from __future__ import annotations

import os
import signal

import pytest

# A shell that runs the tests in the background has SIGINT ignored, and so would have all the
# processes that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Servers of the tests are on loopback, whatever proxy leads out of the machine.
for _name in ("no_proxy", "NO_PROXY"):
    os.environ[_name] = ",".join(filter(None, (os.environ.get(_name), "127.0.0.1")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Two tests a core: about half of them wait, for a server that stalls or another process."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return 2 * (os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what is generated now into tests/golden, for review in the diff",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written, not compared."""
    return bool(request.config.getoption("--update-golden"))
