"""The library's source: checkers, formatter, size, and the cost of importing it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters import MYPY, venv

from .conftest import LIBRARY, copy_library, write_package

FILES = sorted(LIBRARY.rglob("*.py"))
OURS = ["typewriter_client", "analytics"]
USED = ["use.py", "web.py"]
BIN = Path(sys.executable).parent
USE = """
from datetime import datetime, timezone
from uuid import UUID

from analytics import configure, scope, stats
from analytics.testing import capture
from typewriter_client import Client, Options, UserId

user: UserId = UUID(int=1)
options: Options = {
    "anonymous_id": 7,
    "timestamp": datetime.now(timezone.utc),
    "context": {"ip": "::1", "page": {"path": "/"}, "externalIds": [{"id": "x"}]},
    "integrations": {"All": False, "Amplitude": {"session_id": 1}},
}


class Transport:
    def send(self, batch: list[dict[str, object]]) -> None: ...


configure(write_key="k", region="eu", on_violation=lambda violations, message: None)
configure(transport=Transport(), on_drop=lambda message, reason: print(message, reason))
with scope(user_id=user, context={"locale": "de"}), capture() as sent:
    print(sent[0]["event"], stats().dropped["queue_full"])
second = Client(local="x.jsonl", on_violation="raise")
configure(write_key="k", also=[second])
second.close(1.0)
"""
WEB = """
from ipaddress import ip_network
from typing import Any
from wsgiref.simple_server import make_server
from wsgiref.types import StartResponse

from fastapi import FastAPI
from flask import Flask
from starlette.middleware import Middleware

from typewriter_client import UserId, scope
from typewriter_client.asgi import AnalyticsMiddleware
from typewriter_client.asgi import Scope as Connection
from typewriter_client.wsgi import AnalyticsMiddleware as ForWsgi


def user(connection: Connection) -> UserId | None:
    name: str = connection["user"].username
    return name or None


api = FastAPI(middleware=[Middleware(AnalyticsMiddleware, user=user, query={"q"})])
api.add_middleware(AnalyticsMiddleware, trusted_proxies=["10.0.0.0/8"], query=True)
wrapped: Any = AnalyticsMiddleware(api, trusted_proxies=2, user_cookie="ajs_user_id")
again: Any = AnalyticsMiddleware(AnalyticsMiddleware(api), anonymous_cookie=None)

site = Flask("site")
site.wsgi_app = ForWsgi(  # type: ignore[method-assign]
    site.wsgi_app, user=lambda environ: environ.get("REMOTE_USER")
)


def app(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    return []


make_server("", 0, ForWsgi(ForWsgi(app), trusted_proxies=[ip_network("::1")]))
with scope.restore(scope.export()), scope.restore('{"user_id": 1}'), scope.restore(None):
    pass
"""
WRONG = """
from analytics import configure, scope
from typewriter_client import Options
from typewriter_client.asgi import AnalyticsMiddleware as ForAsgi
from typewriter_client.wsgi import AnalyticsMiddleware as ForWsgi
async def app(scope: object, receive: object, send: object) -> None: ...

# What is wrong begins here.
configure(region="asia")
configure(flush_intervall=1)
configure(on_violation="shout")
configure(transport=object())
scope(context={"locale": 7})
options: Options = {"context": {"page": {"pth": "/"}}}
configure(also=["second"])
ForWsgi(lambda environ, start: [], user=lambda environ, more: None)
ForAsgi(print)
ForAsgi(app, trusted_proxies=1.5)
ForAsgi(app, user="u")
scope.restore(7)
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(LIBRARY)))
def test_black_leaves_it_alone(file: Path) -> None:
    black = pytest.importorskip("black")
    text = file.read_text("utf-8")
    assert black.format_str(text, mode=black.Mode()) == text
    assert len(text.splitlines()) < 450


def run(site: Path, *command: str) -> str:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=site,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout if done.returncode else ""


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library, a package that uses it, and code that uses the package."""
    folder = tmp_path_factory.mktemp("typed")
    write_package(folder, "analytics")
    copy_library(folder)
    (folder / "use.py").write_text(USE)
    (folder / "wrong.py").write_text(WRONG)
    (folder / "web.py").write_text(WEB)
    config = {"typeCheckingMode": "strict", "include": [*OURS, *USED]}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    return folder


PYTHON = sys.executable
STRICT = ["mypy", "--strict", "--cache-dir", ".mypy"]
MODULES = ["-p", "typewriter_client", "-p", "analytics", "-m", "use"]
PARTS = [*OURS, *USED]
PYRIGHT = ["pyright", "--pythonpath", PYTHON]
CHECKERS = {
    "mypy": [*STRICT, *MODULES, "-m", "web"],
    "mypy, oldest": [*STRICT, "--python-version", "3.10", *MODULES],
    "pyright": [*PYRIGHT, "--pythonversion", "3.13"],
    "pyright, oldest": [*PYRIGHT, "--pythonversion", "3.9", *OURS],
    "basedpyright": ["basedpyright", "--pythonpath", PYTHON, "--level", "error"],
    "pyrefly": ["pyrefly", "check", "--python-interpreter-path", PYTHON, *PARTS],
    "ty": ["ty", "check", "--python", PYTHON, *PARTS],
}


@pytest.mark.parametrize("checker", CHECKERS)
def test_strict_checkers_find_nothing(typed: Path, checker: str) -> None:
    command = CHECKERS[checker]
    if not (BIN / command[0]).exists():
        pytest.skip(f"no {command[0]} here")
    assert run(typed, *command) == ""


def test_the_last_mypy_that_knows_python_3_9_finds_nothing(typed: Path) -> None:
    python = venv("3.9", *MYPY)
    command = [str(python), "-m", *STRICT, *MODULES]
    done = subprocess.run(
        command, cwd=typed, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]


def test_mypy_finds_what_is_wrong_in_the_use_of_it(typed: Path) -> None:
    if not (BIN / "mypy").exists():
        pytest.skip("no mypy here")
    found = run(typed, *STRICT, "wrong.py")
    lines = {int(line.split(":")[1]) for line in found.splitlines() if line.startswith("wrong")}
    begin = WRONG[: WRONG.index("# What is wrong")].count("\n") + 2
    assert lines == {*range(begin, WRONG.count("\n") + 1)}


def test_importing_it_loads_nothing_dear(site: Path) -> None:
    code = "import sys, analytics; print(*sys.modules)"
    places = [str(site), str(LIBRARY.parent)]
    done = subprocess.run(
        [PYTHON, "-I", "-S", "-c", f"import sys; sys.path[:0] = {places!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    dear = {"asyncio", "dataclasses", "decimal", "email", "http", "inspect", "logging"}
    dear |= {
        "multiprocessing",
        "random",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
        "urllib3",
        "uuid",
    }
    late = "client", "settings", "environment", "calls.values", "rules.words", "rules.rule_set"
    dear |= {f"typewriter_client.{name}" for name in late}
    assert loaded & dear == set()
