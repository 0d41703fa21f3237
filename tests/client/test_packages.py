"""Generated packages and the library: whose client, whose name, which interface, whose rules."""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import EVENTS, LIBRARY, RULES, copy_library, forget, write_package
from .killing import clean_environment
from .server import Server


class Transport:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.threads: set[str] = set()

    def send(self, batch: list[dict[str, Any]]) -> None:
        self.sent += batch
        self.threads.add(threading.current_thread().name)

    def events(self) -> list[str]:
        return [message["event"] for message in self.sent]


SHARING = EVENTS.replace(
    "PACKAGE = Package(__name__, _rules)",
    "from acme.events import PACKAGE as OTHER\n\nPACKAGE = Package(__name__, _rules, client=OTHER)",
)
STRICTER = RULES.replace('r.optional("total")', '"total"')


@pytest.fixture
def packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None
) -> Iterator[tuple[Any, Any, Any]]:
    """Two packages, and one that uses the client of the first."""
    write_package(tmp_path, "acme")
    write_package(tmp_path, "shop.analytics", STRICTER)
    write_package(tmp_path, "guest", STRICTER, SHARING)
    monkeypatch.syspath_prepend(str(tmp_path))
    names = "acme", "shop.analytics", "guest"
    acme, shop, guest = (importlib.import_module(name) for name in names)
    yield acme, shop, guest
    forget("acme", "shop", "guest")


# --- whose client ---------------------------------------------------------------------------


def test_each_package_has_a_client_of_its_own(
    packages: tuple[Any, Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    acme, shop, _ = packages
    to_acme, to_shop = Transport(), Transport()
    acme.configure(transport=to_acme, on_violation="warn")
    shop.configure(transport=to_shop, on_violation="drop")
    acme.track("A", "u")
    shop.track("S", "u")
    acme.order_completed("u")
    shop.order_completed("u", order_id="1")  # its own rules want a total
    assert acme.flush()
    assert shop.flush()
    assert (to_acme.events(), to_shop.events()) == (["A", "Order Completed"], ["S"])
    assert acme.stats().delivered == 2
    assert shop.stats().dropped == {"violation": 1}
    assert {(record.name, record.getMessage()) for record in caplog.records} == {
        ("acme", "Order Completed: properties.order_id is required"),
        ("shop.analytics", "Order Completed: properties.total is required"),
        ("shop.analytics", "messages dropped so far: 1 (violation)"),
    }
    assert to_acme.threads == {"acme analytics"}
    assert to_shop.threads == {"shop.analytics analytics"}
    acme.close()
    shop.track("T", "u")
    assert shop.flush()
    assert to_shop.events() == ["S", "T"]


def test_two_packages_send_to_two_sources(packages: tuple[Any, Any, Any], server: Server) -> None:
    with Server() as other:
        acme, shop, _ = packages
        acme.configure(write_key="a", endpoint=server.url)
        shop.configure(write_key="s", endpoint=other.url)
        acme.track("A", "u")
        shop.track("S", "u")
        assert acme.flush()
        assert shop.flush()
        for each, event, key in ((server, "A", "Basic YTo="), (other, "S", "Basic czo=")):
            assert [message["event"] for message in each.delivered] == [event]
            assert {request.headers["Authorization"] for request in each.requests} == {key}


def test_scopes_are_the_process_s(packages: tuple[Any, Any, Any]) -> None:
    acme, shop, _ = packages
    transport = Transport()
    for each in (acme, shop):
        each.configure(transport=transport)
    with acme.scope(user_id="u"):
        acme.track("A")
        shop.track("S")
    assert acme.flush()
    assert shop.flush()
    assert {(m["event"], m["userId"]) for m in transport.sent} == {("A", "u"), ("S", "u")}


def test_a_capture_is_of_one_package(packages: tuple[Any, Any, Any]) -> None:
    acme, shop, _ = packages
    transport = Transport()
    shop.configure(transport=transport)
    with importlib.import_module("acme.testing").capture() as sent:
        acme.track("A", "u")
        shop.track("S", "u")
    assert shop.flush()
    assert [message["event"] for message in sent] == ["A"]
    assert transport.events() == ["S"]


def test_a_package_may_use_another_s_client(
    packages: tuple[Any, Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    acme, _, guest = packages
    transport = Transport()
    guest.configure(transport=transport, on_violation="warn")  # it is acme's that is configured
    acme.order_completed("u", order_id="1")
    guest.order_completed("u", order_id="2")  # the rules are its own
    assert guest.flush()
    assert acme.stats() == guest.stats()
    assert acme.stats().delivered == 2
    assert [message["properties"]["order_id"] for message in transport.sent] == ["1", "2"]
    assert transport.threads == {"acme analytics"}
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("acme", "Order Completed: properties.total is required")
    ]
    with importlib.import_module("guest.testing").capture() as sent:
        acme.track("A", "u")
        guest.track("G", "u")
    assert [message["event"] for message in sent] == ["A", "G"]
    guest.close()
    acme.track("A", "u")
    assert acme.stats().dropped == {"closed": 1}


def test_but_not_that_of_another_copy_of_the_library(tmp_path: Path) -> None:
    write_package(tmp_path, "acme")
    copy_library(tmp_path / "acme").rename(tmp_path / "acme" / "_client")
    for file in (tmp_path / "acme").glob("*.py"):
        file.write_text(file.read_text().replace("from typewriter_client ", "from ._client "))
    write_package(tmp_path, "guest", events=SHARING)
    done = run(tmp_path, "import guest")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "ImportError: guest cannot use the client of a package that uses another copy of the"
        " library (acme._client.package)"
    )


def test_further_destinations_take_the_name_of_the_package(
    packages: tuple[Any, Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    shop, transport = packages[1], Transport()

    class Failing:
        def send(self, batch: list[dict[str, Any]]) -> None:
            raise OSError("no disk")

    caplog.set_level(logging.INFO)
    further = shop.Client(transport=transport), shop.Client(transport=Failing())
    assert {each.log().name for each in further} == {"typewriter_client"}
    shop.configure(enabled=True, transport=Transport(), also=further, close_timeout=0.1)
    shop.track("S", "u")
    shop.flush(0.2)
    shop.close()
    assert transport.threads == {"shop.analytics analytics"}
    assert {record.name for record in caplog.records} == {"shop.analytics"}


# --- a program of one call ------------------------------------------------------------------


def run(
    folder: Path, code: str, *options: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder that has its packages."""
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        env={**clean_environment(folder), "XDG_STATE_HOME": str(folder / "state"), **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("kind", ["installed", "vendored"])
def test_one_call_and_exit(tmp_path: Path, server: Server, kind: str) -> None:
    """It is delivered, and the log, the local file and the thread have the package's name."""
    write_package(tmp_path, "acme.analytics")
    if kind == "vendored":
        package = tmp_path / "acme" / "analytics"
        copy_library(package).rename(package / "_client")
        for file in package.glob("*.py"):
            file.write_text(file.read_text().replace("from typewriter_client", "from ._client"))
    call = "import acme.analytics as a; a.order_completed('u', total=1)"
    local = tmp_path / "state" / "typewriter" / "acme.analytics.jsonl"
    shown = "import logging; logging.basicConfig(format='%(name)s %(threadName)s %(message)s')"
    done = run(tmp_path, f"{shown}\n{call}", "-W", "error")
    assert sorted(done.stderr.splitlines()) == [
        "acme.analytics MainThread Order Completed: properties.order_id is required",
        f"acme.analytics acme.analytics analytics no write key"
        f" (SEGMENT_WRITE_KEY is not set): analytics messages are written to {local}"
        " (see configure)",
    ]
    assert [json.loads(line)["event"] for line in local.read_text().splitlines()] == [
        "Order Completed"
    ]
    setting = f"a.configure(write_key='k', endpoint={server.url!r}, flush_interval=60)"
    done = run(tmp_path, f"{call.replace('; ', f'; {setting}; ', 1)}")
    assert done.returncode == 0
    assert [message["event"] for message in server.delivered] == ["Order Completed"]
    if kind == "vendored":
        code = f"{call}; import sys; assert 'typewriter_client' not in sys.modules"
        assert run(tmp_path, code).returncode == 0


def test_a_local_file_for_each_package(tmp_path: Path) -> None:
    write_package(tmp_path, "acme")
    write_package(tmp_path, "shop.analytics")
    code = "import acme, shop.analytics; acme.track('A', 'u'); shop.analytics.track('S', 'u')"
    assert run(tmp_path, code).returncode == 0
    for name, event in (("acme", "A"), ("shop.analytics", "S")):
        (line,) = (tmp_path / "state" / "typewriter" / f"{name}.jsonl").read_text().splitlines()
        assert json.loads(line)["event"] == event


# --- the interface --------------------------------------------------------------------------


def test_a_library_that_is_too_old_says_what_to_do(library: None) -> None:
    client = importlib.import_module("typewriter_client")
    client.require(1, "acme")
    with pytest.raises(ImportError) as caught:
        client.require(2, "acme.analytics")
    assert str(caught.value) == (
        "acme.analytics needs interface 2 of typewriter_client; version"
        f" {client.__version__} in {LIBRARY} supports 1:"
        " pip install --upgrade typewriter-py-client"
    )
    assert caught.value.name == "typewriter_client"
    with pytest.raises(ImportError, match="regenerate acme with a newer typewriter-py"):
        client.require(0, "acme")


GENERATED = """
try:
    from typewriter_client import require
except ImportError as error:
    raise ImportError(f"pip install typewriter-py-client: {error}") from error

require(1, __name__)
"""
"""The beginning of a generated package."""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("typewriter_client.py", "cannot import name 'require' from 'typewriter_client'"),
        ("typewriter_client/__init__.py", "cannot import name 'require' from 'typewriter_client'"),
        ("typewriter_client/other.txt", None),  # a folder without a module hides no library
    ],
)
def test_what_stands_in_the_way_of_the_library_is_named(
    tmp_path: Path, name: str, said: str | None
) -> None:
    (tmp_path / "acme.py").write_text(GENERATED)
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("")
    done = run(tmp_path, "import acme")
    if said is None:
        assert (done.returncode, done.stderr) == (0, "")
        return
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"ImportError: pip install typewriter-py-client: {said}")
    assert str(file) in last


def test_a_library_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text(GENERATED)
    hide = "import sys; sys.modules['typewriter_client'] = None; import acme"
    last = run(tmp_path, hide).stderr.splitlines()[-1]
    assert last.startswith("ImportError: pip install typewriter-py-client: ")


# --- rules that cannot be used --------------------------------------------------------------

BROKEN = {
    "missing": (None, "ModuleNotFoundError: No module named 'acme._rules'"),
    "no Python": ("RULES = {", "SyntaxError: "),
    "no rules": ("RULEZ = {}", "ImportError: cannot import name 'RULES' from 'acme._rules'"),
    "a name": (RULES.replace("r.string()", "r.strnig()"), "strnig"),
    "at once": (RULES.replace("lambda: ", ""), "track 'Order Completed'"),
    "other data": ("RULES = []", "the rules must be a dict, not list"),
    "a key": ("RULES = {'Order Completed': 1}", "'Order Completed' is not a key of rules"),
    "a rule": (RULES.replace("r.string()", "{1}"), "track 'Order Completed'"),
    "raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "exits": ("raise SystemExit(3)", "SystemExit: 3"),
    "a rule exits": (RULES.replace("r.string()", "exit(3)"), "track 'Order Completed': 3"),
    "no end": (
        RULES.replace("r.string()", "RULES[r.track('Order Completed')]()"),
        "RecursionError",
    ),
    "no JSON": (RULES.replace("r.string()", "r.enum([{1}])"), "must be JSON values, not [{1}]"),
    "no number": (RULES.replace("number()", "number(minimum=1e999)"), "a bound must be a number"),
    "no event": (RULES.replace('"Order Completed"', "3"), "event must be a string, not 3"),
}


@pytest.fixture
def broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None, request: Any
) -> Iterator[Any]:
    text, _ = BROKEN[request.param]
    write_package(tmp_path, "acme", text or "")
    if text is None:
        (tmp_path / "acme" / "_rules.py").unlink()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("acme")
    forget("acme")


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]


@pytest.mark.parametrize("outbox", [False, True])
@pytest.mark.parametrize("mode", ["warn", "drop", "ignore", "ask"])
@pytest.mark.parametrize("broken", BROKEN, indirect=True)
def test_rules_that_cannot_be_used(
    broken: Any,
    mode: str,
    outbox: bool,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Messages are sent or dropped, depending on whether they may be sent unchecked."""
    transport, drops = Transport(), list[str]()
    asked: list[object] = []
    broken.configure(
        transport=transport,
        on_violation=(lambda found, _: asked.append(found)) if mode == "ask" else mode,
        on_drop=lambda message, reason: drops.append(reason),
        outbox=tmp_path / "outbox.db" if outbox else None,
    )
    for _ in range(3):
        broken.order_completed("u", order_id="1")
    broken.order_completed("u", {"message_id": "m"}, order_id="1")
    assert broken.flush()
    if mode in ("warn", "ignore"):
        assert (len(transport.sent), drops) == (4, [])
    else:
        assert (transport.sent, drops) == ([], ["unsendable"] * 4)
    assert asked == []
    said = errors(caplog)
    assert len(said) == (0 if mode == "ignore" else 1)  # rules that are not needed are not loaded
    for line in said:
        instead = "sent unchecked" if mode == "warn" else "dropped"
        assert line.startswith(f"the rules of acme cannot be used, so messages are {instead}: ")
        assert BROKEN[request.node.callspec.params["broken"]][1] in line
        assert line.endswith("; regenerate the package")
    assert broken.stats().violations == 0


@pytest.mark.parametrize("broken", BROKEN, indirect=True)
def test_in_a_test_they_are_an_error(broken: Any) -> None:
    capture = importlib.import_module("acme.testing").capture
    with capture() as sent, pytest.raises(broken.ViolationError, match="unsendable"):
        broken.order_completed("u", order_id="1")
    assert sent == []


@pytest.mark.parametrize("broken", ["missing"], indirect=True)
def test_what_is_wrong_in_a_call_is_said_all_the_same(
    broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    transport = Transport()
    broken.configure(transport=transport, on_violation="warn")
    broken.order_completed("u", {"wrong": 1}, order_id=float("nan"))
    assert broken.flush()
    (message,) = transport.sent
    assert message["properties"] == {"order_id": None}
    logged = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    assert [line.partition(" is no")[0] for line in logged] == [
        "Order Completed: options.wrong",
        "Order Completed: properties.order_id: <float>",
    ]


@pytest.mark.parametrize("broken", ["a rule"], indirect=True)
def test_one_rule_that_is_wrong_concerns_its_event_alone(
    broken: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken.configure(transport=Transport(), on_violation="drop")
    broken.track("Other", "u", None, {})
    broken.order_completed("u", order_id="1")
    assert broken.flush()
    assert (broken.stats().delivered, broken.stats().dropped) == (1, {"unsendable": 1})
    assert len(errors(caplog)) == 1


TREES = """
from typewriter_client import rules as r

RULES: r.Rules = {
    r.track("One"): lambda: {"tree": r.ref("Tree")},
    r.track("Two"): lambda: {"tree": r.ref("Tree")},
    r.define("Tree"): lambda: {"value": VALUE, r.optional("left"): r.ref("Tree")},
}
"""


@pytest.mark.parametrize(
    "tree",
    [
        TREES.replace("VALUE", 'r.string(pattern="(a")'),
        TREES.replace("VALUE", 'r.ref("Gone")'),
        TREES.replace('{"value": VALUE, r.optional("left"): r.ref("Tree")}', 'r.ref("Tree")'),
    ],
    ids=["pattern", "reference", "itself"],
)
def test_a_definition_that_is_wrong_is_wrong_each_time(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    library: None,
    tree: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    write_package(tmp_path, "acme", tree)
    monkeypatch.syspath_prepend(str(tmp_path))
    acme: Any = importlib.import_module("acme")
    transport = Transport()
    acme.configure(transport=transport, on_violation="warn")
    for event in ("One", "Two", "Two", "One"):
        acme.track(event, "u", None, {"tree": {"value": "x"}})
    assert acme.flush()
    assert transport.events() == ["One", "Two", "Two", "One"]
    assert ["track 'One'" in said for said in errors(caplog)] == [True, False]
    forget("acme")


def test_a_stack_that_is_nearly_full_leaves_no_rule_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None
) -> None:
    """Wherever it overflows, the next call is checked as if nothing had happened."""
    write_package(tmp_path, "acme", TREES.replace("VALUE", "r.string()"))
    monkeypatch.syspath_prepend(str(tmp_path))

    def sink(depth: int) -> None:
        if depth:
            sink(depth - 1)
        else:
            acme.track("One", "u", None, {"tree": {"value": "x"}})

    limit = sys.getrecursionlimit()
    for depth in range(limit - 120, limit, 3):
        acme: Any = importlib.import_module("acme")
        transport = Transport()
        acme.configure(transport=transport, on_violation="drop", on_drop=lambda *_: None)
        with contextlib.suppress(RecursionError):  # the test's own
            sink(depth)
        for value in ("x", 1):
            acme.track("Two", "u", None, {"tree": {"value": value}})
        acme.close()
        assert transport.events()[-1:] == ["Two"]
        assert acme.stats().dropped["violation"] == 1
        forget("acme", "typewriter_client")


def test_rules_that_could_not_be_read_for_now_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: None, caplog: Any
) -> None:
    """As when a process has too many open files."""
    events = EVENTS.replace("from ._rules import", "_may_fail()\n    from ._rules import")
    write_package(tmp_path, "acme", events=f"{events}\n_may_fail = lambda: None\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    acme: Any = importlib.import_module("acme")
    acme.configure(transport=Transport(), on_violation="drop")

    def fail() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(sys.modules["acme.events"], "_may_fail", fail)
    acme.order_completed("u", order_id="1")
    monkeypatch.setattr(sys.modules["acme.events"], "_may_fail", lambda: None)
    acme.order_completed("u", order_id="1")
    acme.order_completed("u")
    assert acme.flush()
    assert acme.stats().delivered == 1
    assert acme.stats().dropped == {"unsendable": 1, "violation": 1}
    assert "Too many open files" in errors(caplog)[0]
    forget("acme")


def test_rules_are_imported_once_and_not_before_a_call_is_checked(tmp_path: Path) -> None:
    counting = f"{RULES}\nimport sys\nsys.stderr.write('rules ')\n"
    write_package(tmp_path, "acme", counting)
    code = """
import sys, threading, acme
acme.configure(enabled=False, on_violation="ignore")
acme.order_completed("u", order_id="1")
print("none yet", file=sys.stderr)
acme.configure(enabled=False)
call = lambda: acme.order_completed("u", order_id="1")
threads = [threading.Thread(target=call) for _ in range(20)]
for each in threads: each.start()
for each in threads: each.join()
"""
    done = run(tmp_path, code)
    assert done.stderr == "none yet\nrules "
