"""The scenarios of ``make faults``, on our side: nothing is lost without a word."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from benchmarks.faults.scenarios import scenarios, soak
from benchmarks.faults.subjects import Subject, subjects
from benchmarks.loopback import Loopback

ELSEWHERE = ("kill -9", "50,000", "a soak")  # below, and in test_outbox.py
ALL = {k: s for k, s in scenarios(True).items() if not any(word in k for word in ELSEWHERE)}
REFUSED = {"a callback that raises, after 100 were refused": 100}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subjects(tmp_path_factory.mktemp("faults"))[0]


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.mark.parametrize("title", ALL)
def test_nothing_is_lost(ours: Subject, server: Loopback, title: str) -> None:
    found = ALL[title](ours, server)
    assert found is not None
    refused = REFUSED.get(title, 0)
    assert (found.lost, found.reported, found.duplicates) == (refused, refused, 0), found


@pytest.mark.parametrize("word", ["fork in C", "no thread", "body stalls", "HTTPS_PROXY"])
def test_these_are_among_them(word: str) -> None:
    assert [title for title in ALL if word in title]


@pytest.mark.skipif(find_spec("pyuwsgi") is None, reason="pyuwsgi has no wheel for this system")
def test_uwsgi_is_among_them() -> None:
    assert [title for title in ALL if "uWSGI" in title]


def test_a_flood_is_delivered_or_reported(ours: Subject, server: Loopback) -> None:
    found = scenarios(True)["50,000 events at once, default settings"](ours, server)
    assert found is not None
    assert (found.silent, found.duplicates) == (0, 0)
    assert found.delivered + found.reported == 50_000


def test_all_of_a_flood_arrives_if_calls_may_wait(ours: Subject, server: Loopback) -> None:
    found = scenarios(True)['50,000 events at once, `on_full="block"`'](ours, server)
    assert found is not None
    assert (found.sent, found.delivered, found.duplicates) == (50_000, 50_000, 0)


def test_a_soak_leaves_memory_flat(ours: Subject, server: Loopback) -> None:
    """``make faults`` has one of two million."""
    found = soak(100_000, ours, server)
    assert found is not None
    assert (found.delivered, found.lost, found.duplicates) == (100_000, 0, 0)
    grown = int(found.note.partition("; ")[2].partition(" MB")[0])
    assert grown <= 8
