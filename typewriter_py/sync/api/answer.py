"""An answer of the API, and what it means.

https://docs.segmentapis.com/tag/Error-Handling/: `{"data": …}`, or for a status of 400 and
above `{"errors": [{"type": …, "message": …}]}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Diagnostic
from .. import codes

_SHOWN: Final = 300  # characters of Segment's own words
_HALF: Final = re.compile("[\ud800-\udfff]")
_AUTHORITY: Final = "check the token, its role and workspace, and --region"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body; raises ValueError for what is no JSON.

        Half a character (an escape such as a lone ``\\ud800``) becomes U+FFFD: no file holds it.
        """
        found = json.loads(self.body.decode("utf-8-sig"), parse_constant=_no_number)
        return _whole(found) if b"\\ud" in self.body.lower() else found

    def words(self) -> str:
        """What Segment says in an error, or the beginning of whatever else came."""
        try:
            errors = self.json()["errors"]
            said = "; ".join(str(each["message"]) for each in errors)
        except (ValueError, LookupError, TypeError, RecursionError):
            said = "" if _is_markup(self) else self.body[:_SHOWN].decode("utf-8", "replace")
        said = " ".join(said.split())
        return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def _no_number(word: str) -> float:
    raise ValueError(f"`{word}` is no number that JSON has")


def data_of(answer: Answer, what: str) -> dict[str, Any] | Diagnostic:
    """The ``data`` of an answer to a request that succeeded; ``what`` was asked for."""
    try:
        whole = answer.json()
    except (ValueError, RecursionError) as error:
        return odd(what, _not_json(answer, error))
    data = whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(data, dict):
        return odd(what, "JSON without the `data` that Segment's answers have")
    return data


def refusal(answer: Answer, what: str) -> Diagnostic:
    """What an answer of status 300 and above comes to."""
    words, status = answer.words(), answer.status
    said = f": {words}" if words else ""
    if status < 400:
        where = answer.headers.get("location", "nowhere").partition("?")[0]
        return odd(what, f"a redirection (status {status}) to {where}")
    if status < 500 and re.search(r"protocols?\b.*enabl|enabl.*\bprotocols?\b", words, re.I):
        message = f"{what}: the workspace has no Protocols{said}"
        return codes.NO_PROTOCOLS.at(None, message)
    if status == 407 or (_is_markup(answer) and status < 500 and status not in (404, 413, 429)):
        return odd(what, f"a web page of status {status}, as proxies send them")
    if status in (401, 403):
        message = f"{what}: Segment does not accept the token (status {status}){said}"
        return codes.UNAUTHORIZED.at(None, message, help=_AUTHORITY)
    if status == 404:
        message = f"{what}: Segment has no such plan (status 404){said}"
        help = "check the plan's `id`, the token's workspace, and --region"
        return codes.NO_PLAN.at(None, message, help=help)
    if status == 429 or status >= 500:
        message = f"{what}: Segment cannot answer now (status {status}){said}"
        return codes.OVERLOADED.at(None, message, help="try again later")
    message = f"{what}: Segment refuses (status {status}){said or ', without a word'}"
    return codes.REFUSED.at(None, message)


def odd(what: str, came: str) -> Diagnostic:
    """That instead of ``what`` something else came."""
    message = f"{what}: what came is {came}"
    help = "see that nothing stands between this machine and Segment, then run it again"
    return codes.ODD_ANSWER.at(None, message, help=help)


def _not_json(answer: Answer, error: Exception) -> str:
    if _is_markup(answer):
        return "a web page, not JSON, as proxies send them"
    if not answer.body.strip():
        return "empty"
    text = answer.body.decode("utf-8", "replace").rstrip()
    short = isinstance(error, json.JSONDecodeError) and error.pos >= len(text) - 1
    if short or text.count('"') % 2:
        return f"JSON that is cut short after {len(answer.body):,} bytes"
    return f"no JSON: {error}"


def _is_markup(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<" or "html" in answer.headers.get("content-type", "")
