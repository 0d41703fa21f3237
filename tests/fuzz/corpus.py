"""The good files that are broken: all that the repository has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_MOST: Final = 30_000
"""Characters; of larger files a run would take too long to make many."""

CONFIG: Final = """\
plan = "plan.yaml"
required-version = ">=0.1"

[[targets]]
language = "python"
out = "analytics"
tags = ["checkout"]
events = ["Order *"]

[[targets]]
language = "typescript"
out = "ts/analytics"

[lint]
select = ["all"]
ignore = ["missing-owner", "TW204"]
max-properties = 40

[lint.severity]
enum-of-one = "error"

[lint.naming]
event = ["Title Case", "snake_case"]
property = ["snake_case"]

[lint.per-file-ignores]
"plans/*.yaml" = ["undeclared-pii"]

[audit]
packages = ["shop.analytics"]
exclude = ["build"]

[segment]
plan-id = "tp_123"
region = "eu"
"""

SOURCE: Final = """\
import analytics
from segment import analytics as segment
from shop.analytics import order_completed, identify as who
import shop.analytics as shop

EVENT = "Order Completed"

def done(event, *more, **rest):
    order_completed("u", order_id="1", total=3)
    shop.order_completed(user_id="u", **rest)
    getattr(shop, "product_" + event)("u")
    segment.track("u", EVENT, {"order_id": 1, "nested": {"a": [1, 2.5, None]}})
    analytics.track(user_id="u", event=f"{event} done", properties=dict(a=1, b="x"))
    analytics.track("u", event)
    who("u", {"email": "a@example.com"})

class Sender:
    track = staticmethod(segment.track)

    def send(self):
        match self.kind:
            case "order":
                self.track("u", "Order " + "Cancelled", {**self.more})
        return lambda: [order_completed(x) for x in self]
"""

REPORT: Final = """\
{"events": [{"event": "Order Completed", "function": "order_completed",
  "calls": [{"file": "shop/a.py", "line": 3, "column": 5}]},
  {"event": "Cart Viewed", "function": "cart_viewed", "calls": []}],
 "unused": ["Cart Viewed"],
 "raw": [{"file": "shop/a.py", "line": 9, "event": "Signed Up"},
  {"file": "shop/b.py", "line": 1, "event": null}],
 "unknown": [{"file": "shop/a.py", "line": 12, "function": "order_complete"}]}
"""

LOCK: Final = """\
{"version": 1, "plans": {"tp_123": {"region": "us", "rules": [
  {"kind": "track", "key": "Order Completed", "version": 1, "remote": "ab", "local": "cd"},
  {"kind": "identify", "key": "", "version": 1, "remote": "ab", "local": null}]}}}
"""


@dataclass(frozen=True)
class Seed:
    """A good file."""

    name: str
    text: str
    beside: tuple[tuple[str, str], ...] = ()
    """The other files of its project: names and texts."""

    @property
    def form(self) -> str:
        suffix = self.name.rpartition(".")[2]
        return {"yml": "yaml", "jsonl": "ndjson"}.get(suffix, suffix)


@cache
def seeds(kind: str) -> tuple[Seed, ...]:
    """The good files of one kind of input."""
    match kind:
        case "config":
            return (Seed("typewriter.toml", CONFIG),)
        case "source":
            return (Seed("app.py", SOURCE),)
        case "report":
            return (Seed("report.json", REPORT),)
        case "lock":
            return (Seed("typewriter.lock.json", LOCK),)
        case "logs":
            log = (ROOT / "tests/infer/golden/shop/log.ndjson").read_text("utf-8").split("\n")
            return tuple(Seed("log.ndjson", "\n".join(log[at::40])) for at in range(40))
        case "import":
            golden = "tests/formats/golden/*"
            patterns = [f"{golden}/*.json", f"{golden}/*.csv", f"{golden}/schemas/**/*.json"]
            more = ["tests/formats/exported/**/*.json", "tests/formats/exported/**/*.csv"]
            return (*_read(*patterns, *more), *_catalogs())
    return _read("plans/*.yaml", "tests/golden/*/plan.yaml", "tests/lint/cases/*/*.yaml",
                 "tests/formats/golden/*/plan.yaml", "tests/typing/plan.yaml")  # fmt: skip


def _catalogs() -> Iterator[Seed]:
    """RudderStack's files, each with those around it."""
    for folder in sorted(ROOT.glob("tests/formats/golden/*/catalog")):
        found = {file.name: file.read_text("utf-8") for file in sorted(folder.rglob("*.yaml"))}
        for name, text in found.items():
            yield Seed(name, text, tuple(each for each in found.items() if each[0] != name))


def _read(*patterns: str) -> tuple[Seed, ...]:
    files = sorted({file for pattern in patterns for file in ROOT.glob(pattern)})
    found = (Seed(file.name, file.read_text("utf-8")) for file in files)
    return tuple(each for each in found if len(each.text) <= _MOST)
