"""Segment's Public API on loopback: as its documentation says, and as networks go wrong.

https://docs.segmentapis.com/tag/Tracking-Plans/, /tag/Pagination/, /tag/Error-Handling/,
/tag/Rate-Limits
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from client.loopback import OnLoopback

TOKEN = "sgp_tEsTtOkEn0123456789"
MEDIA = "application/vnd.segment.v1+json"
KINDS = ("COMMON", "GROUP", "IDENTIFY", "PAGE", "SCREEN", "TRACK")
NEVER = "0001-01-01T00:00:00.000Z"
RULES = re.compile(r"/tracking-plans/([^/]+)(/rules)?")
MAX_BODY = 2_000_000
MAX_ADDRESS = 8_192


class Reply(NamedTuple):
    """An answer; ``body`` may be text, bytes or what becomes JSON.

    ``reset`` breaks the connection, ``promised`` more bytes than come cuts the answer short,
    ``trickle`` is seconds between its bytes.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}
    reset: bool = False
    promised: int = 0
    trickle: float = 0.0


class Call(NamedTuple):
    """What came."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: Mapping[str, str]
    address: str


def failure(status: int, type: str, message: str, **more: Any) -> Reply:
    return Reply(status, {"errors": [{"type": type, "message": message, **more}]})


Fault = Callable[[Call, int], Reply | None]
"""Given a call and its number (from 0), what to answer instead of the truth."""


@dataclass
class Segment(OnLoopback):
    """One tracking plan behind the API.  ``keep`` is what Segment makes of a schema."""

    rules: list[dict[str, Any]] = field(default_factory=list)
    id: str = "tp_123"
    name: str = "My plan"
    fault: Fault = lambda call, number: None
    keep: Callable[[Any], Any] = copy.deepcopy
    protocols: bool = True
    tls: ssl.SSLContext | None = None
    page: int = 200
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._changes = 0

    def writes(self) -> list[Call]:
        return [call for call in self.calls if call.method != "GET"]

    def put(self, kind: str, key: str, schema: Any, version: int = 1) -> None:
        """Somebody edits the plan in Segment."""
        self._upsert({"type": kind, "key": key, "version": version, "jsonSchema": schema})

    def drop(self, key: str) -> None:
        self.rules = [rule for rule in self.rules if rule.get("key") != key]

    def schema(self, key: str, version: int = 1) -> Any:
        return next(
            rule["jsonSchema"]
            for rule in self.rules
            if (rule.get("key"), rule["version"]) == (key, version)
        )

    # --- the API -----------------------------------------------------------------------------

    def answer(self, call: Call) -> Reply:
        with self._lock:
            number = len(self.calls)
            self.calls.append(call)
            wrong = self.fault(call, number)
            return wrong if wrong is not None else self._truth(call)

    def _truth(self, call: Call) -> Reply:
        if call.headers.get("Authorization") != f"Bearer {TOKEN}":
            return failure(401, "unauthorized", "Unauthorized")
        if not self.protocols:
            message = "Protocols is not enabled for this workspace"
            return failure(403, "forbidden", message)
        if MEDIA not in call.headers.get("Accept", ""):
            return failure(415, "bad-request", "Unsupported version")
        place = RULES.fullmatch(call.path)
        if not place or unquote(place[1]) != self.id:
            return failure(404, "not-found", f"Resource not found: {call.path}")
        if len(call.address) > MAX_ADDRESS:
            return Reply(414, "<html><h1>414 URI Too Long</h1></html>")
        if not place[2]:
            return self._plan()
        return getattr(self, f"_{call.method.lower()}")(call)

    def _plan(self) -> Reply:
        plan = {
            "id": self.id,
            "resourceSchemaId": "rs_123",
            "name": self.name,
            "slug": "my-plan",
            "description": "What we track",
            "type": "LIVE",
            "createdAt": "2024-01-01T00:00:00.000Z",
            "updatedAt": "2024-01-01T00:00:00.000Z",
        }
        return Reply(200, {"data": {"trackingPlan": plan}})

    def _get(self, call: Call) -> Reply:
        count = call.query.get("pagination.count", "200")
        if not count.isdigit() or not 1 <= int(count) <= 200:
            message = '"pagination.count" must be between 1 and 200'
            return failure(422, "input-validation", message, field="pagination.count")
        start = int(call.query.get("pagination.cursor", "0").removeprefix("c"))
        stop = start + min(int(count), self.page)
        pagination: dict[str, Any] = {"current": f"c{start}", "totalEntries": len(self.rules)}
        if stop < len(self.rules):
            pagination["next"] = f"c{stop}"
        data = {"rules": self.rules[start:stop], "pagination": pagination}
        return Reply(200, {"data": data})

    def _put(self, call: Call) -> Reply:
        if len(self.rules) > 200:
            message = "Can not replace more than 200 existing rules in the tracking plan. "
            return failure(400, "bad-request", message + "Please use DELETE and PATCH methods.")
        return failure(400, "bad-request", "nobody should replace all rules")

    def _patch(self, call: Call) -> Reply:
        if call.headers.get("Content-Type") != MEDIA:
            return failure(415, "bad-request", "Unsupported content type")
        rules = call.body["rules"]
        if len(json.dumps(call.body)) > MAX_BODY:
            return failure(413, "payload-too-large", "Payload too large")
        if not 1 <= len(rules) <= 200:
            message = "rules must contain less than or equal to 200 items"
            return failure(422, "input-validation", message, field="rules")
        for rule in rules:
            odd = set(rule) - {"key", "newKey", "type", "version", "jsonSchema"}
            if odd or rule["type"] not in KINDS or (rule["type"] == "TRACK" and not rule["key"]):
                return failure(422, "input-validation", f"rules: {sorted(odd)} not allowed")
        for rule in rules:
            self._upsert(rule)
        return Reply(200, {"data": {"status": "SUCCESS"}})

    def _upsert(self, rule: dict[str, Any]) -> None:
        self._changes += 1
        now = f"2025-01-01T00:00:{self._changes % 60:02}.000Z"
        made = {
            "key": rule.get("key", ""),
            "type": rule["type"],
            "version": rule["version"],
            "jsonSchema": self.keep(rule["jsonSchema"]),
            "createdAt": now,
            "updatedAt": now,
            "deprecatedAt": NEVER,
        }
        for number, each in enumerate(self.rules):
            if _identity(each) == _identity(made):
                self.rules[number] = {**made, "createdAt": each["createdAt"]}
                return
        self.rules.append(made)

    def _delete(self, call: Call) -> Reply:
        named: dict[str, dict[str, str]] = {}
        for name, value in call.query.items():
            found = re.fullmatch(r"rules\.(\d+)\.(type|key|version)", name)
            if not found:
                return failure(422, "input-validation", f'"{name}" is not allowed', field=name)
            if int(found[1]) > 20:  # where common parsers of queries stop to make lists
                return failure(422, "input-validation", '"rules" must be an array', field="rules")
            named.setdefault(found[1], {})[found[2]] = value
        if not named:
            return failure(422, "input-validation", '"rules" is required', field="rules")
        gone = {(r["type"], r.get("key", ""), float(r["version"])) for r in named.values()}
        self.rules = [rule for rule in self.rules if _identity(rule) not in gone]
        return Reply(200, {"data": {"status": "SUCCESS"}})

    # --- the wire ----------------------------------------------------------------------------

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        answer = self.answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _serve(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                call = Call(self.command, parts.path, query, body, self.headers, self.path)
                with contextlib.suppress(ConnectionError):  # who asked has had enough
                    self._send(answer(call))

            do_GET = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

            def _send(self, reply: Reply) -> None:
                if reply.reset:
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.close_connection = True
                    return
                body = reply.body
                if not isinstance(body, str | bytes):
                    body = json.dumps(body)
                body = body.encode() if isinstance(body, str) else body
                self.send_response(reply.status)
                for name, value in {"Content-Type": MEDIA, **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(reply.promised or len(body)))
                self.end_headers()
                if reply.trickle:
                    for byte in body:
                        time.sleep(reply.trickle)
                        self.wfile.write(bytes([byte]))
                else:
                    self.wfile.write(body)
                self.close_connection = bool(reply.promised)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _identity(rule: Mapping[str, Any]) -> tuple[str, str, float]:
    return rule["type"], rule.get("key", ""), float(rule["version"])


def track(properties: Mapping[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """A track rule's schema, wrapped and with the noise that Segment's own have."""
    inner = {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        **more,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "labels": {},
        "properties": {"context": {}, "traits": {}, "properties": inner},
        "required": ["properties"],
    }
