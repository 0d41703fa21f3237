"""What one meets in the code bases of others: reported, and the rest audited."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from typewriter_py.audit import source
from typewriter_py.audit.codebase import Request, audit
from typewriter_py.diagnostics import Severity

from .codebase import FUNCTIONS, PLANNED, audited, sent, write

FINE = "from . import analytics\nanalytics.order_completed()\n"
ODD: dict[str, tuple[bytes, str, str]] = {
    "syntax error": (
        b"from . import analytics\ndef f(:\n    pass\nanalytics.order_completed()\n",
        "2:7",
        "4:1",
    ),
    "a call within the error": (
        b"from . import analytics\nx = = analytics.order_completed()\n",
        "2:5",
        "2:17",
    ),
    "Python 2": (
        b"from . import analytics\ntry:\n    print 'x'\nexcept A, e:\n"
        b"    analytics.order_completed()\nexec 'x' in {}\n",
        "3:5",
        "5:5",
    ),
    "a later Python": (
        b"from . import analytics\nx = <>t'{x}'\n\ndef f():\n    analytics.order_completed()\n",
        "2:5",
        "5:5",
    ),
    "an open bracket": (
        b"from . import analytics\nanalytics.order_completed()\nx = (1,\n",
        "3:5",
        "2:1",
    ),
    "a body that is missing": (
        b"from . import analytics\nif x:\nanalytics.order_completed()\n",
        "3:1",
        "3:1",
    ),
    "an encoding that is none": (
        b"# coding: klingon\nfrom . import analytics\nanalytics.order_completed()\n",
        "1:1",
        "3:1",
    ),
    "not the UTF-8 it should be": (
        b"from . import analytics\nx = '\xff'; analytics.order_completed()\n",
        "2:1",
        "2:10",
    ),
    "a NUL byte": (
        b"from . import analytics\nx = '\0'; analytics.order_completed()\n",
        "2:1",
        "2:10",
    ),
    "UTF-16": (
        "from . import analytics\nanalytics.order_completed()\n".encode("utf-16"),
        "1:1",
        "2:1",
    ),
    "nested beyond measure": (
        b"from . import analytics\nanalytics.order_completed()\nx = " + b"(" * 5000,
        "",  # each Python says it at another place
        "2:1",
    ),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_file_is_reported_and_what_it_sends_is_seen(tmp_path: Path, kind: str) -> None:
    data, problem, call = ODD[kind]
    done = audited(tmp_path, {"shop/odd.py": data, "shop/fine.py": FINE})
    assert done.report is not None
    assert sent(done.report, tmp_path) == {
        "order_completed": ["shop/fine.py:2:1", f"shop/odd.py:{call}"]
    }
    (said,) = done.diagnostics
    assert said.code == "TW405"
    assert str(said.span).startswith(f"{tmp_path}/shop/odd.py:{problem}")


@pytest.mark.parametrize(
    ("cookie", "codec"),
    [
        ("latin-1", "latin-1"),
        ("cp1252", "cp1252"),
        ("shift_jis", "shift_jis"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_encodings_that_a_file_declares(tmp_path: Path, cookie: str, codec: str) -> None:
    text = {"shift_jis": "注文", "koi8-r": "заказ"}.get(codec, "café")
    source = f"# -*- coding: {cookie} -*-\nfrom . import analytics\n"
    source += f"x = '{text}'; analytics.order_completed()\n"
    done = audited(tmp_path, {"shop/app.py": source.encode(codec)})
    assert done.report is not None
    place = f"shop/app.py:3:{len(text) + 9}"
    assert (sent(done.report, tmp_path), done.diagnostics) == ({"order_completed": [place]}, ())


def test_a_byte_order_mark(tmp_path: Path) -> None:
    done = audited(tmp_path, {"shop/app.py": b"\xef\xbb\xbf" + FINE.encode()})
    assert done.report is not None
    assert sent(done.report, tmp_path) == {"order_completed": ["shop/app.py:2:1"]}
    assert not done.diagnostics


def test_links_that_lead_round_are_followed_once(tmp_path: Path) -> None:
    write(tmp_path, {"src/shop/app.py": FINE})
    (tmp_path / "src" / "round").symlink_to(tmp_path / "src")
    (tmp_path / "src" / "self").symlink_to("self")
    (tmp_path / "src" / "nowhere.py").symlink_to("gone.py")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.py").write_text(FINE.replace("from .", "from shop"))
    (tmp_path / "src" / "linked").symlink_to(tmp_path / "elsewhere")
    done = audit(Request([str(tmp_path / "src")], PLANNED, FUNCTIONS, packages=["shop.analytics"]))
    assert done.report is not None
    assert not done.diagnostics
    assert sent(done.report, tmp_path)["order_completed"] == [
        "src/linked/linked.py:2:1",
        "src/shop/app.py:2:1",
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"shop/secret.py": FINE, "locked/app.py": FINE})
    (tmp_path / "shop" / "secret.py").chmod(0)
    (tmp_path / "locked").chmod(0)
    done = audited(tmp_path, {"shop/app.py": FINE})
    (tmp_path / "locked").chmod(0o755)
    assert [each.code for each in done.diagnostics] == ["TW406", "TW406"]
    assert done.report is not None
    assert done.report.unused() == ["User Signed Up", "Product Viewed"]


def test_a_file_that_cannot_be_read_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typewriter_py.audit import gather

    monkeypatch.setattr(gather, "HUGE", 1000)
    done = audited(tmp_path, {"shop/app.py": FINE, "shop/huge.py": FINE * 100})
    assert [(each.code, each.file) for each in done.diagnostics] == [
        ("TW406", f"{tmp_path}/shop/huge.py")
    ]


def test_pipes_and_other_files_than_python_are_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    files = {
        "book.ipynb": '{"cells": [{"source": ["analytics.order_completed()"]}]}',
        "venv/pyvenv.cfg": "",
        "venv/lib/app.py": FINE,
        ".hidden/app.py": FINE,
        "node_modules/app.py": FINE,
        "stub.pyi": FINE,
        "notes": "analytics.order_completed()",
        "shop/app.py": "",
    }
    done = audited(tmp_path, files)
    assert done.report is not None
    (pipe,) = done.diagnostics  # a build that a module is missing from would be judged wrongly
    assert (pipe.code, pipe.file) == ("TW406", str(tmp_path / "pipe.py"))
    assert sent(done.report, tmp_path) == {}


def test_links_that_lead_out_of_the_repository_are_not_followed(tmp_path: Path) -> None:
    here = tmp_path / "repository"
    write(here, {"src/shop/app.py": FINE, "shared/tools.py": FINE.replace("from .", "from shop")})
    write(tmp_path, {"elsewhere/other.py": FINE.replace("from .", "from shop")})
    (here / ".git").mkdir()
    (here / "src" / "shared").symlink_to("../shared")
    for name, target in {"out": "elsewhere", "other.py": "elsewhere/other.py"}.items():
        (here / "src" / name).symlink_to(tmp_path / target)
    (here / "src" / "disk").symlink_to("/")
    done = audit(Request([str(here / "src")], PLANNED, FUNCTIONS, packages=["shop.analytics"]))
    assert done.report is not None
    assert sent(done.report, here)["order_completed"] == [
        "src/shared/tools.py:2:1",
        "src/shop/app.py:2:1",
    ]
    found = [(each.code, each.severity, each.file) for each in done.diagnostics]
    links = ("disk", "other.py", "out")
    assert found == [("TW406", Severity.INFO, str(here / "src" / each)) for each in links]


def test_a_file_too_large_to_parse_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST", 1000)
    done = audited(tmp_path, {"shop/data.py": FINE + "x = 1\n" * 1000})
    assert done.report is not None
    assert sent(done.report, tmp_path) == {"order_completed": ["shop/data.py:2:11"]}
    assert [each.code for each in done.diagnostics] == ["TW405"]


def test_a_very_long_sum_is_read(tmp_path: Path) -> None:
    text = FINE + "x = " + " + ".join(["1"] * 3000) + "\n"
    done = audited(tmp_path, {"shop/app.py": text})
    assert done.report is not None
    assert len(sent(done.report, tmp_path)["order_completed"]) == 1


@pytest.mark.parametrize("source", ["gone", "empty"])
def test_nothing_to_read_is_an_error(tmp_path: Path, source: str) -> None:
    (tmp_path / "empty").mkdir()
    done = audit(Request([str(tmp_path / source)], PLANNED, FUNCTIONS))
    assert done.report is None
    assert [each.code for each in done.diagnostics] == ["TW407"]


def test_names_of_any_script_are_found_however_they_are_spelled(tmp_path: Path) -> None:
    from typewriter_py.audit.report import Planned

    planned = (Planned("Café Öffnen", "café_öffnen"),)
    files = {
        "a.py": "from shop import analytics\nanalytics.cafe\u0301_o\u0308ffnen()",  # not in NFKC
        "b.py": "# coding: latin-1\nfrom shop import analytics\nanalytics.café_öffnen()".encode(
            "latin-1"
        ),
    }
    functions = frozenset(each.function for each in planned)
    done = audited(tmp_path, files, planned=planned, functions=functions)
    assert done.report is not None
    assert sent(done.report, tmp_path) == {"café_öffnen": ["a.py:2:1", "b.py:3:1"]}


def test_files_damaged_at_random_are_read_all_the_same(tmp_path: Path) -> None:
    from random import Random

    from typewriter_py.audit.reader import read
    from typewriter_py.audit.summary import Interest

    random = Random(5)
    interest = Interest(FUNCTIONS, frozenset({"shop.analytics"}))
    sources = sorted(Path(source.__file__).parent.glob("*.py"))
    for _ in range(150):
        data = random.choice(sources).read_bytes()
        for _ in range(random.randrange(4)):
            at = random.randrange(len(data))
            with_ = random.choice([b"", b"(", b"\n", b"\0", b"'", b":", b"\xff", b"\t"])
            data = data[:at] + with_ + data[at + random.randrange(20) :]
        facts = read(data, interest)
        assert type(facts).of(facts.data()) == facts
