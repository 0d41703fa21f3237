"""The README's web applications and tasks, and odder ones, under the real servers.

Nothing is sent before a server stops (``flush_interval=60``): what arrives, its exit sent.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import urllib3

from .conftest import GOLDEN
from .server import OK, Reply, Server

BIN = Path(sys.executable).parent
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
CONFIGURED = """
import os
import analytics

analytics.configure(
    write_key="k", endpoint=os.environ["SEGMENT"], flush_interval=60, flush_at=1_000
)
"""
PROJECT = """
SECRET_KEY = "secret"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "project.settings"
MIDDLEWARE = ["project.settings.signed_in", "project.middleware.user_scope"]
USE_TZ = True


def signed_in(get_response):
    from types import SimpleNamespace

    def middleware(request):
        request.user = SimpleNamespace(pk=int(request.headers["X-User"]))
        return get_response(request)

    return middleware


def order(request, order_id):
    from django.http import HttpResponse

    import analytics

    analytics.order_completed(order_id=order_id, total=5, products=[])
    return HttpResponse(str(os.getpid()))


async def order_async(request, order_id):
    return order(request, order_id)


def export(request):
    from django.http import StreamingHttpResponse

    import analytics

    def lines():
        for n in range(3):
            analytics.order_completed(request.user.pk, order_id=f"{n}", total=5, products=[])
            yield "line"

    return StreamingHttpResponse(lines())


from django.urls import path  # noqa

urlpatterns = [
    path("orders/<order_id>", order),
    path("async/<order_id>", order_async),
    path("export", export),
]
"""
ODD_API = """
import asyncio, os, threading
from fastapi import BackgroundTasks, Depends
from fastapi.responses import StreamingResponse
from analytics import order_completed, scope
from api import app, signed_in

def tell(order_id):
    order_completed(order_id=order_id, total=5, products=[])

async def tell_later(order_id):
    await asyncio.sleep(0.01)
    tell(order_id)

@app.get("/sync/{n}", dependencies=[Depends(signed_in)])
def sync(n: str):
    tell(f"sync {n}")
    return os.getpid()

@app.get("/async/{n}", dependencies=[Depends(signed_in)])
async def async_(n: str):
    await asyncio.gather(tell_later(f"async {n}"), asyncio.to_thread(tell, f"thread {n}"))

@app.get("/background/{n}", dependencies=[Depends(signed_in)])
async def background(n: str, tasks: BackgroundTasks):
    tasks.add_task(tell, f"background {n}")
    tasks.add_task(tell_later, f"background later {n}")

@app.get("/stream/{n}", dependencies=[Depends(signed_in)])
async def stream(n: str):
    async def parts():
        for part in "ab":
            await tell_later(f"stream {part} {n}")
            yield part
    return StreamingResponse(parts())

async def as_somebody():
    with scope(user_id="somebody"):
        yield

@app.get("/dependency/{n}", dependencies=[Depends(signed_in), Depends(as_somebody)])
async def dependency(n: str):
    tell(f"dependency {n}")

@app.get("/fails/{n}", dependencies=[Depends(signed_in)])
async def fails(n: str):
    tell(f"fails {n}")
    raise LookupError("as the application has it")
"""
ODD_STOREFRONT = """
import os, time
from flask import Response, stream_with_context
from analytics import order_completed, scope
from storefront import app

@app.get("/pid")
def pid():
    order_completed(order_id="pid", total=5, products=[])
    time.sleep(0.05)
    return str(os.getpid())

@app.get("/stream/<n>")
def stream(n):
    @stream_with_context
    def lines():
        for part in range(3):
            time.sleep(0.005)
            order_completed(order_id=f"stream {part} {n}", total=5, products=[])
            yield "line"
    response = Response(lines())
    response.call_on_close(lambda: order_completed(order_id=f"closed {n}", total=5, products=[]))
    return response

@app.get("/fails/<n>")
def fails(n):
    order_completed(order_id=f"fails {n}", total=5, products=[])
    raise LookupError
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The README's files, a package that it generates, and modules that run both."""
    folder = tmp_path_factory.mktemp("web")
    shutil.copytree(GOLDEN / "myapp" / "package", folder / "analytics")
    for text in re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE):
        named = re.match(r"# (api\.py|storefront\.py|tasks\.py|project/\w+\.py)\n", text)
        if named:
            place = folder / named[1]
            place.parent.mkdir(exist_ok=True)
            place.write_text(text)
    (folder / "project" / "settings.py").write_text("import os\n" + PROJECT)
    (folder / "serve_api.py").write_text(CONFIGURED + ODD_API)
    (folder / "serve_storefront.py").write_text(CONFIGURED + ODD_STOREFRONT)
    for kind in ("asgi", "wsgi"):
        code = f"""{CONFIGURED}
os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
from project.{kind} import application
"""
        (folder / f"serve_{kind}.py").write_text(code)
    return folder


S = TypeVar("S", bound="Service")


class Service:
    """A server in a separate process."""

    def __init__(self, folder: Path, segment: Server, *command: str) -> None:
        self.log = folder / f"{command[0]}-{time.monotonic_ns()}.log"
        environment = {
            "PATH": f"{BIN}:/usr/bin:/bin",
            "HOME": str(folder),
            "SEGMENT": segment.url,
            "PYTHONPATH": str(folder),
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self: S) -> S:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # its workers, too
        self.process.wait(10)

    def said(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait until the server has logged it."""
        for _ in range(600):
            found = list(re.finditer(pattern, self.log.read_text()))
            if len(found) >= times:
                return found[-1]
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        pytest.fail(f"never said {pattern}:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Ask it to end, as a process manager does, and wait until it has."""
        self.process.terminate()
        self.process.wait(30)


class Site(Service):
    """A web server, and a browser."""

    def __init__(self, folder: Path, segment: Server, *command: str) -> None:
        super().__init__(folder, segment, *command)
        self.url = ""
        self._browser = urllib3.PoolManager(maxsize=8, retries=False)

    def __enter__(self) -> Site:
        try:
            self.url = self.said(r"http://127\.0\.0\.1:\d+")[0]
            self.said(r"Uvicorn running|Booting worker|ASGI server listening")
        except BaseException:
            self.__exit__()
            raise
        return self

    def ask(self, path: str, method: str = "GET", /, **headers: str) -> tuple[int, str]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        names["Connection"] = "close"  # so that any worker may get the next one
        response = self._browser.request(method, self.url + path, headers=names, timeout=10)
        return response.status, response.data.decode()


def orders(server: Server) -> dict[str, Any]:
    """The messages by their orders, each once."""
    found = Counter(message["properties"]["order_id"] for message in server.delivered)
    assert set(found.values()) <= {1}, found
    return {message["properties"]["order_id"]: message for message in server.delivered}


BROWSER: Mapping[str, str] = {
    "User_Agent": "Mozilla/5.0",
    "Accept_Language": "de;q=0.5, da",
    "X_Forwarded_For": "6.6.6.6, 203.0.113.7",
    "Cookie": "ajs_anonymous_id=%22anonymous%22; ajs_user_id=boss",
}


def assert_is_of(message: Any, user: str | None, path: str, ip: str = "203.0.113.7") -> None:
    assert message.get("userId") == user
    assert message["anonymousId"] == "anonymous"
    context = message["context"]
    assert (context["ip"], context["userAgent"], context["locale"]) == (ip, "Mozilla/5.0", "da")
    assert context["page"]["path"] == path
    assert context["page"]["url"].endswith(path)


UVICORN = ("uvicorn", "--port", "0")


@pytest.mark.parametrize(
    "command",
    [
        ("uvicorn", "--port", "0", "serve_api:app"),
        pytest.param(
            ("gunicorn", "-b", "127.0.0.1:0", "-k", "asgi", "serve_api:app"),
            marks=pytest.mark.skipif(
                sys.version_info < (3, 10), reason="no gunicorn for Python 3.9 has that worker"
            ),
        ),
    ],
    ids=lambda command: command[0],
)
def test_fastapi(folder: Path, server: Server, command: tuple[str, ...]) -> None:
    kinds = {
        "sync": ["sync"],
        "async": ["async", "thread"],
        "background": ["background", "background later"],
        "stream": ["stream a", "stream b"],
        "dependency": ["dependency"],
        "fails": ["fails"],
    }
    with Site(folder, server, *command) as site:
        assert site.ask("/orders/o_1", "POST", X_User="u_1", **BROWSER)[0] == 200

        def visit(n: int) -> None:
            for kind in kinds:
                status, _ = site.ask(f"/{kind}/{n}", X_User=f"u_{n}", **BROWSER)
                assert status == (500 if kind == "fails" else 200)

        with ThreadPoolExecutor(8) as visitors:
            list(visitors.map(visit, range(16)))
        assert server.delivered == []
        site.stop()
    if command[0] == "uvicorn":  # which shows what the application raised
        assert "LookupError: as the application has it" in site.log.read_text()
    found = orders(server)
    assert_is_of(found["o_1"], "u_1", "/orders/o_1")
    assert len(found) == 1 + 16 * 9
    for kind, names in kinds.items():
        for name in names:
            for n in range(16):
                user = "somebody" if kind == "dependency" else f"u_{n}"
                assert_is_of(found[f"{name} {n}"], user, f"/{kind}/{n}")


def test_a_server_without_lifespan_that_a_signal_ends(folder: Path, server: Server) -> None:
    configured = CONFIGURED.replace("flush_at", "flush_on_sigterm=True, flush_at")
    (folder / "serve_on_signal.py").write_text(configured + ODD_API)
    how = ("--lifespan", "off", "serve_on_signal:app")
    with Site(folder, server, *UVICORN, *how) as site:
        assert site.ask("/sync/0", X_User="u")[0] == 200
        site.stop()
    assert set(orders(server)) == {"sync 0"}


def test_fastapi_with_several_workers(folder: Path, server: Server) -> None:
    with Site(folder, server, *UVICORN, "--workers", "2", "serve_api:app") as site:
        site.said("Application startup complete", 2)
        pids = {site.ask(f"/sync/{n}", X_User="u")[1] for n in range(60)}
        site.stop()
    assert 1 <= len(pids) <= 2
    assert set(orders(server)) == {f"sync {n}" for n in range(60)}


PREFORK = ("gunicorn", "-b", "127.0.0.1:0", "--workers", "2")


HOW = [
    (),
    ("--preload",),
    ("--preload", "--threads", "4"),
    ("-k", "gevent"),
]


@pytest.mark.parametrize("how", HOW, ids=" ".join)
def test_flask_under_prefork_workers(folder: Path, server: Server, how: tuple[str, ...]) -> None:
    with Site(folder, server, *PREFORK, *how, "serve_storefront:app") as site:
        site.said("Booting worker", 2)
        workers: Counter[str] = Counter()

        def visit(n: int) -> None:
            signed_in = {**BROWSER, "Cookie": _session(site, n)}
            assert site.ask(f"/orders/{n}", "POST", **signed_in) == (200, "thanks")
            assert site.ask(f"/stream/{n}", **signed_in) == (200, "line" * 3)
            assert site.ask(f"/fails/{n}", **BROWSER)[0] == 500

        with ThreadPoolExecutor(8) as visitors:  # so many that one worker is not enough
            list(visitors.map(visit, range(16)))
            while len(workers) < 2 and sum(workers.values()) < 400:
                workers.update(visitors.map(lambda _: site.ask("/pid", **BROWSER)[1], range(8)))
        assert server.delivered == []
        site.stop()
    assert len(workers) == 2
    assert len(server.delivered) == 16 * 6 + sum(workers.values())
    for message in server.delivered:
        what, *n = message["properties"]["order_id"].split()
        if what.isdigit():
            what, n = "orders", [what]
        user = f"u_{n[-1]}" if what in ("orders", "stream", "closed") else None
        what = {"closed": "stream"}.get(what, what)
        assert_is_of(message, user, "/".join(["", what, *n[-1:]]), "127.0.0.1")


FIRST_MESSAGES = """
import os
import analytics

outbox = os.environ["HOME"] + "/first.db" if {outbox} else None
analytics.configure(
    write_key="k", endpoint=os.environ["SEGMENT"], flush_interval=60, outbox=outbox
)

def application(environ, start_response):
    options = {{"timestamp": "2026-01-31T00:00:00Z"}}
    analytics.order_completed("u", options, order_id=environ["PATH_INFO"], total=5, products=[])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
"""


@pytest.mark.parametrize("outbox", [False, True], ids=["memory", "outbox"])
def test_gevent_workers_that_are_patched_after_the_import(
    folder: Path, server: Server, outbox: bool
) -> None:
    """``--preload -k gevent``: locks are of the threads of before, whose start lets go."""
    (folder / "serve_first.py").write_text(FIRST_MESSAGES.format(outbox=outbox))
    how = ("--preload", "-k", "gevent", "serve_first:application")
    with Site(folder, server, *PREFORK[:-1], "4", *how) as site:
        site.said("Booting worker", 4)
        workers: set[str] = set()
        sent = 0
        while len(workers) < 4 and sent < 400:
            with ThreadPoolExecutor(8) as visitors:
                workers.update(visitors.map(lambda n: site.ask(f"/{n}")[1], range(sent, sent + 8)))
            sent += 8
        site.stop()
        log = site.log.read_text()
    assert "could not be built" not in log
    assert set(orders(server)) == {f"/{n}" for n in range(sent)}


def _session(site: Site, n: int) -> str:
    signed_in = urllib3.request("POST", f"{site.url}/sign-in/u_{n}", timeout=10)
    return signed_in.headers["Set-Cookie"].partition(";")[0] + "; ajs_anonymous_id=anonymous"


def test_workers_that_are_recycled_lose_nothing(folder: Path, server: Server) -> None:
    how = ("--max-requests", "5", "serve_storefront:app")
    with Site(folder, server, *PREFORK, *how) as site:
        answers = Counter(site.ask("/pid", **BROWSER)[1] for _ in range(25))
        site.stop()
    assert len(answers) > 2
    assert len(server.delivered) == 25


def test_django_by_wsgi(folder: Path, server: Server) -> None:
    with Site(folder, server, *PREFORK, "serve_wsgi:application") as site:
        for n in range(20):
            assert site.ask(f"/orders/{n + 10}", X_User=str(n), **BROWSER)[0] == 200
        assert site.ask("/export", X_User="7", **BROWSER) == (200, "line" * 3)
        site.stop()
    found = orders(server)
    for n in range(20):
        assert_is_of(found[f"{n + 10}"], str(n), f"/orders/{n + 10}")
    for n in range(3):
        assert_is_of(found[str(n)], "7", "/export")
    assert len(found) == 23


def test_django_by_asgi(folder: Path, server: Server) -> None:
    """It has no lifespan, so the middleware's own flushes."""
    with Site(folder, server, *UVICORN, "serve_asgi:application") as site:

        def visit(n: int) -> None:
            for kind in ("orders", "async"):
                assert site.ask(f"/{kind}/{kind} {n}", X_User=str(n), **BROWSER)[0] == 200

        with ThreadPoolExecutor(8) as visitors:
            list(visitors.map(visit, range(20)))
        site.stop()
    found = orders(server)
    for n in range(20):
        for kind in ("orders", "async"):
            assert_is_of(found[f"{kind} {n}"], str(n), f"/{kind}/{kind}%20{n}")
    assert len(found) == 40


# --- Celery ---------------------------------------------------------------------------------

QUEUE = """
import json, time, uuid
from pathlib import Path
from kombu.transport import filesystem
from tasks import app

class Channel(filesystem.Channel):
    # kombu's own does not write atomically, so that its reader may find half a message.
    def _put(self, queue, payload, **kwargs):
        name = f"{time.monotonic_ns()}_{uuid.uuid4()}.{queue}.msg"
        Path("control", name).write_text(json.dumps(payload))
        Path("control", name).rename(Path("queue", name))

filesystem.Transport.Channel = Channel
app.conf.update(
    broker_url="filesystem://",
    broker_transport_options={
        "data_folder_in": "queue",
        "data_folder_out": "queue",
        "control_folder": "control",
        "polling_interval": 0.02,
    },
    worker_cancel_long_running_tasks_on_connection_loss=False,
)
"""
CALLS = """
import sys
from tasks_in_queue import app
from analytics import scope
from celery import chain
from tasks import charge
for n in range(int(sys.argv[1])):
    with scope(user_id=n, anonymous_id=f"a_{n}", context={"ip": "203.0.113.7"}):
        charge.delay(str(n))
with scope(user_id="chained", context={"ip": "203.0.113.7"}):
    chain(*(charge.si(f"step {n}") for n in range(int(sys.argv[2])))).delay()
"""


@pytest.fixture
def queue(folder: Path, tmp_path: Path) -> Iterator[Path]:
    """The folder, with an empty queue of tasks."""
    place = tmp_path / "tasks"
    (place / "queue").mkdir(parents=True)
    (place / "control").mkdir()
    for name in ("analytics", "tasks.py"):
        (place / name).symlink_to(folder / name)
    (place / "tasks_in_queue.py").write_text(CONFIGURED + QUEUE)
    (place / "calls.py").write_text(CALLS)
    return place


def celery(queue: Path, server: Server, *how: str) -> Service:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "info")
    return Service(queue, server, "celery", "-A", "tasks_in_queue", "worker", *quiet, *how)


def call(queue: Path, server: Server, count: int, chained: int) -> None:
    with Service(queue, server, "python", "calls.py", str(count), str(chained)) as calls:
        assert calls.process.wait(30) == 0, calls.log.read_text()


def assert_all_came(server: Server, count: int, chained: int) -> None:
    found = orders(server)
    for n in range(chained):
        assert found.pop(f"step {n}")["userId"] == "chained"
    assert set(found) == {str(n) for n in range(count)}
    for order, message in found.items():
        assert (message["userId"], message["anonymousId"]) == (order, f"a_{order}")
        assert message["context"]["ip"] == "203.0.113.7"


def test_celery_that_is_stopped(queue: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(503) if n == 0 else Reply(delay=1)
    with celery(queue, server, "-c", "2") as worker:
        call(queue, server, 40, 3)
        worker.said("succeeded in", 43)
        assert server.requests == []
        worker.stop()
    assert_all_came(server, 40, 3)


def test_celery_that_recycles_its_workers(queue: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(503) if n == 0 else OK
    with celery(queue, server, "-c", "1", "--max-tasks-per-child", "10") as worker:
        call(queue, server, 17, 3)
        worker.said("succeeded in", 20)
        for _ in range(200):
            if len(server.delivered) == 20:
                break
            time.sleep(0.05)
    assert_all_came(server, 17, 3)
    assert len(server.requests) == 3
