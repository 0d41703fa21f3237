"""GitHub's API, as far as the action uses it, on loopback."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT, ADA = {"login": "github-actions[bot]"}, {"login": "ada"}


class GitHub:
    """The comments of pull request 7 of acme/shop."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.status: int | None = None
        self.garbage = ""
        github = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                github.requests.append(self.command)
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else {}
                allowed = self.headers["Authorization"] == "Bearer t0ken"
                status = github.status or (200 if allowed else 401)
                answer = github.act(self.command, self.path, body) if status == 200 else {}
                self.send_response(status)
                self.end_headers()
                self.wfile.write(github.garbage.encode() or json.dumps(answer).encode())

            do_GET = do_POST = do_PATCH = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def act(self, method: str, target: str, body: dict[str, Any]) -> object:
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        assert len(body.get("body", "")) <= 65_536
        if method == "PATCH":
            (known,) = (c for c in self.comments if path.endswith(f"/issues/comments/{c['id']}"))
            known["body"] = body["body"]
            return known
        assert path == "/repos/acme/shop/issues/7/comments"
        if method == "POST":
            self.add(body["body"], BOT)
            return self.comments[-1]
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return self.comments[size * (page - 1) : size * page]

    def add(self, body: str | None, user: dict[str, str] | None) -> None:
        self.comments.append({"id": 100 + len(self.comments), "body": body, "user": user})

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
