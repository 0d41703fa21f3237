"""Uses the generated packages, and prints what came of it as JSON.

Run by each Python, without its site packages: there is nothing but the standard library.
What differs from run to run is left out.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import json
import logging
import os
import pickle
import sys
import typing
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

SITE, FOLDER = sys.argv[1:]
sys.path.insert(0, SITE)

import analytics  # noqa: E402
import analytics.testing  # noqa: E402
import shop  # noqa: E402
import shop.testing  # noqa: E402

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678900, dt.timezone.utc)  # noqa: UP017
PLUS = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
NEEDED: dict[str, Any] = {"text": "t", "whole": 1, "part": 0.5, "flag": True, "moment": NOW}


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    ONE = 1


def everything(**properties: Any) -> Callable[[], None]:
    return lambda: shop.everything_sent("u", {}, **{**NEEDED, **properties})


def order(**properties: Any) -> Callable[[], None]:
    return lambda: shop.order_completed("u", {}, **{"order_id": "1", "total": 1, **properties})


CALLS: dict[str, Callable[[], None]] = {
    "plain": everything(),
    "text too long": everything(text="t" * 21),
    "text without its pattern": everything(text=" t"),
    "emoji count as one": everything(text="😀" * 20),
    "whole float": everything(whole=2.0),
    "too large": everything(whole=1001),
    "bool is no integer": everything(whole=True),
    "integer is no bool": everything(flag=1),
    "Decimal": everything(part=Decimal("19.99"), money=Decimal("-1")),
    "NaN": everything(part=float("nan"), money=float("inf")),
    "naive": everything(moment=dt.datetime(2026, 1, 2)),
    "with an offset": everything(moment=PLUS, moment_or_none=NOW),
    "text with Z": everything(moment="2026-01-02T03:04:05Z"),
    "text of 3.11 only": everything(moment="20260102T030405Z"),
    "text without an offset": everything(moment="2026-01-02T03:04:05"),
    "text with a space": everything(moment="2026-01-02 03:04:05+00:00"),
    "text of a week": everything(day="2026-W01-1"),
    "no such day": everything(day="2026-02-30"),
    "date": everything(day=dt.date(2026, 1, 2), days=[dt.date(2026, 1, 2), "20260102"]),
    "date-time for a date": everything(day=NOW),
    "time": everything(clock=dt.time(12, 30), link="not a link", address="256.0.0.1"),
    "uuid": everything(id=UUID(int=1)),
    "not a uuid": everything(id="00000000-0000-0000-0000-00000000000g"),
    "email": everything(email="no at sign"),
    "enum": everything(colour=Colour.RED, level=Level.ONE),
    "wrong enum": everything(colour=Colour.BLUE, level=True, switch=False, rate=1, kind="k"),
    "nothing": everything(nothing=0, size=None, colour_or_none=None, whole_or_none=None),
    "null": everything(text=None, tags=None, category=None),
    "tuple and set": everything(tags=("a", "b"), sizes={"S"}),
    "not unique": everything(tags=["a", "a", 1]),
    "nested": everything(matrix=[[1, "2"], 3], people=[{"age": 1.5}, {"name": "n", "x": 1}]),
    "recursive": everything(category={"name": "c", "parent": {"name": 1, "children": [{}]}}),
    "json": everything(json=[1, None, {"a": b"b"}], anything=object(), open={1: {2}}),
    "alternatives": everything(payment={"card": "1", "iban": "2"}),
    "alternative": everything(payment="cash", prices={"a": "1"}, quotas={"a": {}}),
    "unplanned": everything(user_id="u", timestamp=NOW, other=1),
    "order": order(products=[{"product_id": "p", "price": 1}]),
    "order without products": order(),
    "order with private places": order(products=(), shipping={"city": 1, "address": {"street": 2}}),
    "order with null": order(products=[], coupon=None, currency=None),
    "order of version 1": lambda: shop.order_completed_v1("u", {}, order_id="1"),
    "extra": lambda: shop.open_event("u", {"extra": {"a": 1}}, known="k"),
    "extra of one type": lambda: shop.numbers_only("u", {"extra": {"a": "1"}}),
    "extra where closed": lambda: shop.app_opened("u", {"extra": {"a": 1}}),
    "odd names": lambda: shop.oddly_named("u", class_="c", product_id=1, user_id="v"),
    "another alphabet": lambda: shop.注文完了("u", 金額=Decimal("1.10")),
    "common": lambda: shop.app_opened("u", {"context": {"locale": "n"}}),
    "nobody": lambda: shop.app_opened(),
    "user": lambda: shop.app_opened(
        UUID(int=2), {"timestamp": PLUS, "integrations": {"All": False}}
    ),
    "identify": lambda: shop.identify(7, email="a@example.com", company={}, created=NOW),
    "identify wrongly": lambda: shop.identify(7, company={"id": 1}, plan="gold"),
    "group": lambda: shop.group("u", 5, name="n", employees=None),
    "page": lambda: shop.page("u", "Home", {"category": "c"}, path="/", seconds=1),
    "screen": lambda: shop.screen("u", depth=1.5),
    "alias": lambda: shop.alias("u", UUID(int=3)),
    "untyped": lambda: shop.track("Everything Sent", "u", {}, {"text": 1}),
    "untyped and unplanned": lambda: shop.track("No Such Event", "u", {}, {"a": NOW}),
    "myapp": lambda: analytics.order_completed("u", order_id="1", total=1, payment_method="card"),
    "myapp's identify": lambda: analytics.identify("u", total_spent=1, plan="free"),
}


def steady(message: dict[str, Any]) -> dict[str, Any]:
    """The message without what each call makes anew."""
    assert len(message["messageId"]) >= 32
    message["messageId"] = "…"
    if not message["timestamp"].startswith("2026-01-0"):
        message["timestamp"] = "…"
    assert message["context"].pop("library")["name"]
    return message


def judged(call: Callable[[], None]) -> dict[str, Any]:
    """What a call gives: its message, and the violations."""
    found: list[Any] = []

    def keep(violations: Any, message: Any) -> None:
        found.extend(list(each)[:4] for each in violations)

    capture, capture_other = shop.testing.capture, analytics.testing.capture
    with capture(on_violation=keep) as sent, capture_other(on_violation=keep) as others:
        call()
    messages = [steady(message) for message in (*sent, *others)]
    return {"violations": found, "messages": messages}


def to_a_file() -> list[dict[str, Any]]:
    path = os.path.join(FOLDER, "messages.jsonl")
    shop.configure(local=path)
    with shop.scope(user_id="in scope", context={"ip": "127.0.0.1"}):
        shop.app_opened()
        shop.page(None, "Home", path="/")
    shop.close()
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path, encoding="utf-8") as lines:
        return [steady(json.loads(line)) for line in lines]


class Transport:
    def __init__(self) -> None:
        self.batches: list[list[dict[str, Any]]] = []

    def send(self, batch: list[dict[str, Any]]) -> None:
        self.batches.append(batch)


def to_a_transport() -> dict[str, Any]:
    transport = Transport()
    shop.configure(transport=transport, flush_at=2, flush_interval=60)
    for _ in range(5):
        shop.app_opened("u")
    assert shop.flush(5)
    stats = shop.stats()._asdict()
    shop.close()
    stats["sizes"] = sum(map(len, transport.batches))
    return stats


def from_the_web() -> list[dict[str, Any]]:
    """The events of a request by ASGI and of one by WSGI."""
    from typewriter_client.asgi import AnalyticsMiddleware as Asgi
    from typewriter_client.wsgi import AnalyticsMiddleware as Wsgi

    headers = {
        "Accept-Language": "en;q=0.5, da",
        "Cookie": "ajs_anonymous_id=%22x%22",
        "Referer": "https://a.example/?q",
        "User-Agent": "Mozilla/5.0",
        "X-Forwarded-For": "6.6.6.6, ::ffff:203.0.113.7, 10.0.0.2",
    }

    def user(raw: Any) -> UUID:
        return UUID(int=4)

    def by_wsgi(environ: Any, start: Any) -> Any:
        shop.app_opened()
        yield b""

    async def by_asgi(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            shop.app_opened()

    async def serve() -> None:
        steps = iter(["startup", "shutdown"])

        async def receive() -> dict[str, str]:
            return {"type": f"lifespan.{next(steps)}"}

        async def send(message: Any) -> None:
            pass

        app = Asgi(by_asgi, user=user, trusted_proxies=["10.0.0.0/8"], query={"q"})
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await app({"type": "http", "path": "/ü", "headers": pairs, "query_string": b"q=1"}, 0, 0)
        await app({"type": "lifespan"}, receive, send)

    environ = {"HTTP_" + name.upper().replace("-", "_"): headers[name] for name in headers}
    with shop.testing.capture(on_violation="ignore") as sent:
        asyncio.run(serve())
        list(Wsgi(by_wsgi, user=user, trusted_proxies=2)({**environ, "PATH_INFO": "/Ã¼"}, None))
    return [steady(message) for message in sent]


def raised() -> list[str]:
    """Text and violations of an error that came through pickle, as from another process."""
    try:
        with shop.testing.capture():
            shop.order_completed("u", order_id=1)
    except shop.ViolationError as error:
        again = pickle.loads(pickle.dumps(error))
        return [str(again), *(each.path for each in again.violations)]
    return []


def types() -> list[str]:
    """The public names, each of which must be there."""
    packages = (shop, analytics)
    return [getattr(package, name) and name for package in packages for name in package.__all__]


def hints() -> int:
    """How many types have hints that can be evaluated."""
    named = [each for each in vars(shop).values() if hasattr(each, "__total__")]
    return sum(1 for each in named if len(typing.get_type_hints(each)) == len(each.__annotations__))


def main() -> None:
    logging.getLogger().addHandler(logging.NullHandler())
    result = {
        "judged": {name: judged(call) for name, call in CALLS.items()},
        "file": to_a_file(),
        "transport": to_a_transport(),
        "web": from_the_web(),
        "raised": raised(),
        "types": types(),
    }
    if sys.version_info >= (3, 12):  # without typing_extensions
        assert hints() > 20
    json.dump(result, sys.stdout)


main()
