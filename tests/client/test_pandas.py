"""Values of pandas, which is in the test group: skipped only where that is not installed."""

from __future__ import annotations

from typing import Any

import pytest

pd = pytest.importorskip("pandas")

GOOD = {
    "timestamp": (pd.Timestamp("2026-01-31T12:00"), "2026-01-31T12:00:00+00:00"),
    "timestamp in a zone": (
        pd.Timestamp("2026-01-31T12:00", tz="Europe/Berlin"),
        "2026-01-31T12:00:00+01:00",
    ),
    "nanoseconds": (pd.Timestamp(1), "1970-01-01T00:00:00.000000001+00:00"),
    "series": (pd.Series([1, 2]), [1, 2]),
    "series of moments": (
        pd.Series(pd.to_datetime(["2026-01-31"])),
        ["2026-01-31T00:00:00+00:00"],
    ),
    "index": (pd.Index(["a"]), ["a"]),
    "categories": (pd.Categorical(["a", "b", "a"]), ["a", "b", "a"]),
    "series of categories": (pd.Series(["a"], dtype="category"), ["a"]),
    "array": (pd.array([1, 2]), [1, 2]),
    "array of text": (pd.array(["a"], dtype="string"), ["a"]),
    "array of moments": (pd.array([pd.Timestamp("2026-01-31")]), ["2026-01-31T00:00:00+00:00"]),
    "sparse array": (pd.arrays.SparseArray([0, 1]), [0, 1]),
}
BAD = {
    "no time": (pd.NaT, "", None),
    "no time in a list": ([pd.NaT], "[0]", [None]),
    "no time in a series": (pd.Series([pd.NaT]), "[0]", [None]),
    "no time in a series of moments": (
        pd.Series(pd.to_datetime(["2026-01-31", None])),
        "[1]",
        ["2026-01-31T00:00:00+00:00", None],
    ),
    "nothing": (pd.NA, "", None),
    "nothing in a series": (pd.Series([1, None], dtype="Int64"), "[1]", [1, None]),
    "nothing among categories": (pd.Categorical(["a", None]), "[1]", ["a", None]),
    "nothing in an array": (pd.array([1, None]), "[1]", [1, None]),
    "interval": (pd.Interval(0, 1), "", None),
    "intervals": (pd.arrays.IntervalArray.from_breaks([0, 1]), "[0]", [None]),
    "periods": (pd.array([pd.Period("2026-01")]), "[0]", [None]),
    "kind": (pd.CategoricalDtype(["a"]), "", None),
    "duration": (pd.Timedelta(1, "s"), "", None),
    "durations": (pd.Series([pd.Timedelta(1, "s")]), "[0]", [None]),
    "period": (pd.Period("2026-01"), "", None),
    "frame": (pd.DataFrame({"a": [1]}), "", None),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_json_has_a_word_for(
    analytics: Any, messages: list[dict[str, Any]], name: str
) -> None:
    value, expected = GOOD[name]
    analytics.track("E", "u", None, {"value": value})
    assert messages[0]["properties"] == {"value": expected}
    assert analytics.stats().violations == 0


@pytest.mark.parametrize("name", BAD)
def test_null_and_a_violation(analytics: Any, name: str) -> None:
    from analytics.testing import capture  # type: ignore[import-not-found]

    seen: list[Any] = []
    value, path, expected = BAD[name]
    with capture(on_violation=lambda violations, message: seen.append(violations)) as sent:
        analytics.track("E", "u", None, {"value": value})
    ((violation,),) = seen
    assert (violation.path, violation.code) == (f"properties.value{path}", "Invalid Type")
    assert sent[0]["properties"] == {"value": expected}


@pytest.mark.parametrize("value", [pd.NaT, pd.NA])
def test_it_is_nobody_and_no_time(analytics: Any, value: Any) -> None:
    from analytics.testing import capture

    seen: list[Any] = []
    with capture(on_violation=lambda violations, message: seen.extend(violations)) as sent:
        analytics.track("E", "u", {"timestamp": value, "anonymous_id": value}, {})
        analytics.track("E", value, {"anonymous_id": "a"}, {})
    assert [each.path for each in seen] == ["anonymousId", "timestamp", "userId"]
    assert [message["userId"] for message in sent if "userId" in message] == ["u"]
    assert len(sent) == 2
