"""Calls that bypass the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from .codebase import raw, report, sent

CALLS = {
    "module": 'import segment.analytics as sa\nsa.track("u", "X")',
    "module's whole name": 'import segment.analytics\nsegment.analytics.track("u", "X")',
    "from its distribution": 'from segment import analytics\nanalytics.track("u", "X")',
    "function": 'from segment.analytics import track\ntrack("u", "X")',
    "before version 2": 'import analytics\nanalytics.track("u", "X")',
    "keyword": 'import analytics\nanalytics.track(user_id="u", event="X")',
    "keywords in a dictionary": 'import analytics\nanalytics.track(**{"event": "X"})',
    "rudderstack": 'import rudderstack.analytics as ra\nra.track("u", "X")',
    "rudderstack 1": 'import rudder_analytics\nrudder_analytics.track("u", "X")',
    "client": 'from segment.analytics import Client\nClient("k").track("u", "X")',
    "client's module": 'from segment.analytics.client import Client\nClient("k").track("u", "X")',
    "variable": 'from segment.analytics import Client\nc = Client("k"); c.track("u", "X")',
    "attribute": "from segment.analytics import Client\nclass A:\n"
    '    def __init__(self): self.c = Client("k")\n    def f(self):\n'
    '        self.c.track("u", "X")',
    "annotated parameter": "from segment.analytics import Client\n"
    'def f(c: Client): c.track("u", "X")',
    "annotated attribute": "from segment.analytics import Client\nclass A:\n    c: Client | None\n"
    '    def f(self): self.c.track("u", "X")',
    "subclass": "from segment.analytics import Client\nclass A(Client):\n"
    '    def f(self): self.track("u", "X")',
    "super": "from segment.analytics import Client\nclass A(Client):\n"
    '    def f(self): super().track("u", "X")',
    "dictionary of clients": "from segment.analytics import Client\n"
    'CLIENTS = {"eu": Client("k")}\nCLIENTS[x].track("u", "X")',
    "loop over clients": "from segment.analytics import Client\n"
    'for c in (Client("a"), Client("b")):\n    c.track("u", "X")',
    "with": 'from segment.analytics import Client\nwith Client("k") as c: c.track("u", "X")',
    "partial": "from functools import partial\nimport analytics\n"
    'f = partial(analytics.track, event="X")',
    "getattr": 'import analytics\ngetattr(analytics, "track")("u", "X")',
    "constant": 'import analytics\nEVENT = "X"\nanalytics.track("u", EVENT)',
    "class of constants": 'import analytics\nclass E:\n    A = "X"\nanalytics.track("u", E.A)',
    "enum": 'import analytics\nclass E(Enum):\n    A = "X"\nanalytics.track("u", E.A.value)',
    "injected": 'class A:\n    def f(self): self.analytics.track("u", "X")',
    "setting": 'from django.conf import settings\nsettings.SEGMENT_CLIENT.track("u", "X")',
    "injected, the event first": 'class A:\n    def f(self): self.analytics.track("X", {"a": 1})',
    "state": 'from flask import g\ng.analytics.track("u", "X")',
    "the package's own": 'from shop.analytics import track\ntrack("X", "u")',
    "the package's own, by its module": 'from shop import analytics\nanalytics.track("X")',
    "constant of one's own class": "import analytics\nclass A:\n    EVENT = 'X'\n"
    "    def f(self): analytics.track('u', self.EVENT)",
    "parts of a constant": "import analytics\nWHAT = 'X'\nanalytics.track('u', f'{WHAT}')",
    "the package's own client": "from shop.analytics import Client\nc = Client()\nc.track('X')",
    "the package's PACKAGE": "from shop.analytics.events import PACKAGE\nPACKAGE.track('X')",
    "its PACKAGE by its face": "from shop.analytics import PACKAGE\nPACKAGE.track('X')",
    "its PACKAGE by its module": "import shop.analytics.events as e\ne.PACKAGE.track('X')",
    "its PACKAGE, passed on": "from shop.analytics.events import PACKAGE as p\n"
    "def send(name): p.track(name, 'u', None, {})\nsend('X')",
    "its vendored library": "from shop.analytics._client import Package\n"
    "Package('a.events', dict).track('X')",
    "the library": "from typewriter_client import Package\nPackage('a.events', dict).track('X')",
    "the library as a module": "import typewriter_client as t\n"
    "p = t.Package('a.events', dict)\np.track('X', 'u', None, {})",
    "annotated with the library's class": "from typewriter_client import Package\n"
    "def f(p: Package): p.track(event='X')",
    "own function that passes it on": "import analytics\n"
    'def send(user, name): analytics.track(user, name)\nsend("u", "X")',
    "and another": "import analytics\ndef inner(name): analytics.track(1, name)\n"
    'def outer(*, event): inner(event)\nouter(event="X")',
    "own method that passes it on": "import analytics\nclass A:\n"
    '    def send(self, name): analytics.track(1, name)\nA().send("X")',
}


@pytest.mark.parametrize("form", CALLS)
def test_a_raw_call_is_seen_with_its_event(tmp_path: Path, form: str) -> None:
    found = report(tmp_path, {"app.py": CALLS[form]})
    last = CALLS[form].count("\n") + 1
    assert [each.event for each in found.raw if each.span.line == last] == ["X"]
    assert not found.unknown
    assert len(found.unused()) == 3


def test_over_several_files(tmp_path: Path) -> None:
    files = {
        "acme/clients.py": "from segment.analytics import Client\nclient = Client('k')\n"
        "def get(): return client\n",
        "acme/names.py": "CARD = 'Card Charged'\n",
        "acme/deps.py": "from acme.clients import client as main",
        "acme/a.py": "from acme.clients import client\nfrom . import names\n"
        "client.track('u', names.CARD)",
        "acme/b.py": "from .deps import main\nmain.page('u')",
        "acme/c.py": "from acme import clients\nclients.get().group('u', 'g')",
    }
    found = report(tmp_path, files)
    assert raw(found, tmp_path) == [
        ("acme/a.py:3:1", "track", "Card Charged"),
        ("acme/b.py:2:1", "page", None),
        ("acme/c.py:2:1", "group", None),
    ]


NOT_RAW = {
    "another SDK's": 'import mixpanel\nmixpanel.track("u", "X")',
    "another's analytics": 'from amplitude import analytics\nanalytics.track("u", "X")',
    "a regular expression's group": 'import analytics\nfound.group("u")',
    "own class": 'class Analytics:\n    def track(self, name): print(name)\nAnalytics().track("X")',
    "a module of one's own": "from . import analytics\nanalytics.order_completed()",
    "other calls of PACKAGE": "from shop.analytics.events import PACKAGE\nPACKAGE.flush()",
    "the rest of the library": "from typewriter_client import scope\n"
    "with scope(user_id='u') as s: s.track('X')",
    "identify of the package": 'from shop.analytics import identify\nidentify("u")',
}


@pytest.mark.parametrize("form", NOT_RAW)
def test_what_is_none_is_not_taken_for_one(tmp_path: Path, form: str) -> None:
    assert not report(tmp_path, {"shop/app.py": NOT_RAW[form]}).raw


def test_a_name_that_is_not_known_here_has_no_event(tmp_path: Path) -> None:
    found = report(tmp_path, {"app.py": "import analytics\nanalytics.track('u', name)"})
    assert raw(found, tmp_path) == [("app.py:2:1", "track", None)]


def test_a_call_without_its_event_has_none(tmp_path: Path) -> None:
    found = report(tmp_path, {"app.py": "import analytics\nanalytics.track('u_1')"})
    assert raw(found, tmp_path) == [("app.py:2:1", "track", None)]


def test_an_event_that_is_sent_round_the_plan_is_sent(tmp_path: Path) -> None:
    text = "import analytics\nanalytics.track('u', 'Order Completed')"
    found = report(tmp_path, {"app.py": text})
    assert sent(found, tmp_path) == {"order_completed": ["app.py:2:1"]}


def test_a_copy_of_the_library_in_the_code_base_is_the_library_still(tmp_path: Path) -> None:
    files = {
        "typewriter_client/__init__.py": "class Package:\n    def track(self, event): ...",
        "app.py": "import typewriter_client as t\nt.Package('a', dict).track('X')",
    }
    assert raw(report(tmp_path, files), tmp_path) == [("app.py:2:1", "track", "X")]


def test_a_copy_of_the_sdk_in_the_code_base_is_the_sdk_still(tmp_path: Path) -> None:
    files = {
        "segment/__init__.py": "",
        "segment/analytics/__init__.py": "def track(*args): ...",
        "app.py": "import segment.analytics as a\na.track('u', 'X')",
    }
    assert raw(report(tmp_path, files), tmp_path) == [("app.py:2:1", "track", "X")]
