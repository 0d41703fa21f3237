"""Every way in which Python can come by a function of the generated package."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .codebase import FUNCTIONS, audited, report, sent

HERE = Path(__file__).parent
O = "order_completed"  # noqa: E741


def forms(file: str) -> dict[str, dict[str, str]]:
    """The forms of a text file: name → file → text; ``»`` is where an event is sent."""
    found = {}
    for section in (HERE / file).read_text().split("=== ")[1:]:
        name, _, text = section.partition("\n")
        _, *parts = re.split(r"^--- (.*)\n", text, flags=re.MULTILINE)
        parts = parts or ["shop/app.py", text]
        found[name] = dict(zip(parts[::2], parts[1::2], strict=True))
    return found


SENT = {**forms("sent.txt"), **forms("sent_over_files.txt")}
NOT_SENT = forms("not_sent.txt")


@pytest.mark.parametrize("form", SENT)
def test_a_form_is_seen_at_its_location(tmp_path: Path, form: str) -> None:
    files = SENT[form]
    file, text = next((name, text) for name, text in files.items() if "»" in text)
    line, column = place(text)
    found = report(tmp_path, {name: text.replace("»", "") for name, text in files.items()})
    assert sent(found, tmp_path) == {O: [f"{file}:{line}:{column}"]}
    assert found.unused() == ["User Signed Up", "Product Viewed"]
    assert not found.raw
    assert not found.unknown


def place(text: str) -> tuple[int, int]:
    before = text[: text.index("»")]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


@pytest.mark.parametrize("form", NOT_SENT)
def test_what_sends_nothing_is_not_taken_for_it(tmp_path: Path, form: str) -> None:
    found = report(tmp_path, NOT_SENT[form])
    assert sent(found, tmp_path) == {}
    assert not found.raw


DYNAMIC = {
    "getattr": ("getattr(analytics, name)", set(FUNCTIONS)),
    "vars": ("vars(analytics).values()", set(FUNCTIONS)),
    "getmembers": ("inspect.getmembers(analytics)", set(FUNCTIONS)),
    "f-string": ('getattr(analytics, f"order_{x}")', {"order_completed"}),
    "sum": ('getattr(analytics, "user_" + x)', {"user_signed_up"}),
    "format": ('getattr(analytics, "order_%s" % x)', {"order_completed"}),
    "str.format": ('getattr(analytics, "{}_viewed".format(x))', {"product_viewed"}),
}  # fmt: skip


@pytest.mark.parametrize("form", DYNAMIC)
def test_a_name_that_only_the_running_program_knows_may_be_any(tmp_path: Path, form: str) -> None:
    text, functions = DYNAMIC[form]
    found = report(tmp_path, {"shop/app.py": f"from . import analytics\n{text}"})
    assert set(sent(found, tmp_path)) == functions
    assert [str(place) for place, _ in found.anywhere] == [f"{tmp_path}/shop/app.py:2:1"]


GIVEN_AWAY = {
    "argument": 'def send(module, name): getattr(module, name)()\nsend(analytics, "{}")',
    "partial": 'get = functools.partial(getattr, analytics)\nget("{}")',
    "attribute": 'class A:\n    def __init__(self): self.m = analytics\nA().send("{}")',
    "dotted text": 'SENDER = "shop.analytics"\nsend(SENDER, "{}")',
}


@pytest.mark.parametrize("form", GIVEN_AWAY)
def test_whoever_is_given_the_package_may_look_up_what_a_text_names(tmp_path: Path, form: str):
    text = "from . import analytics\n" + GIVEN_AWAY[form].format(O)
    found = report(tmp_path, {"shop/app.py": text})
    line, column = place(text.replace(f'"{O}"', "»"))
    assert sent(found, tmp_path) == {O: [f"shop/app.py:{line}:{column}"]}
    called = report(tmp_path, {"shop/app.py": text + f"\nanalytics.{O}()"})
    assert sent(called, tmp_path) == {O: [f"shop/app.py:{text.count(chr(10)) + 2}:1"]}


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_may_end_in_other_ways(tmp_path: Path, end: str) -> None:
    text = "from . import analytics\nif x:\n    analytics.order_completed()\n"
    found = report(tmp_path, {"shop/app.py": text.replace("\n", end).encode()})
    assert sent(found, tmp_path) == {O: ["shop/app.py:3:5"]}


def test_a_function_that_the_plan_does_not_have(tmp_path: Path) -> None:
    files = {
        "shop/a.py": "from . import analytics as t\nt.order_placed()",
        "shop/b.py": "from .analytics import order_placed as send\nsend()",
        "shop/c.py": "from .deps import t\nt.order_placed()",
        "shop/deps.py": "from . import analytics as t",
        "shop/fine.py": "from .analytics import *\nfrom . import analytics as t\n"
        "t.configure(write_key='x')\nt.flush()\nt.scope()\nt.identify('u')\nt.testing.capture()\n"
        "x: t.OrderCompleted\nt.Client()\nt.__name__\nt.alias('a', 'b')\nprint()",
    }
    found = report(tmp_path, files)
    assert [(str(each.span), each.function) for each in found.unknown] == [
        (f"{tmp_path}/shop/{file}", "order_placed") for file in ("a.py:2:1", "b.py:2:1", "c.py:2:1")
    ]


def test_the_package_may_be_elsewhere_and_named(tmp_path: Path) -> None:
    files = {
        "acme/__init__.py": "",
        "acme/app.py": "from acme.tracking import order_completed\norder_completed()",
        "acme/other.py": "from . import tracking\ntracking.order_completed()",
        "acme/gone.py": "import acme.tracking as t\nt.order_placed()",
    }
    found = report(tmp_path, files, bare=True, packages=["acme.tracking"])
    assert sent(found, tmp_path) == {O: ["acme/app.py:2:1", "acme/other.py:2:1"]}
    assert [each.function for each in found.unknown] == ["order_placed"]


def test_without_any_package_functions_go_by_their_names(tmp_path: Path) -> None:
    files = {
        "a.py": "from somewhere import order_completed\norder_completed()",
        "b.py": "from . import analytics as t\nt.order_completed()",
        "c.py": "import shop.analytics\nshop.analytics.order_completed()",
    }
    done = audited(tmp_path, files, bare=True)
    assert done.report is not None
    assert sent(done.report, tmp_path) == {O: ["a.py:2:1", "b.py:2:1", "c.py:2:1"]}
    assert [each.code for each in done.diagnostics] == ["TW408"]
