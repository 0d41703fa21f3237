"""An answer of the API, as data or as a diagnostic.

https://docs.segmentapis.com/tag/Error-Handling/: `{"data": …}`, or for a status of 400 and
above `{"errors": [{"type": …, "message": …}]}`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Diagnostic
from ...plan.json_reader import number_of
from ...plan.yaml_reader import TOO_GREAT
from ...util import shortened
from .. import codes

_SHOWN: Final = 300  # characters of Segment's own message
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, its headers by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body; raises ValueError if it is not JSON.

        A lone surrogate (from an escape such as ``\\ud800``), which no file can contain, becomes
        U+FFFD.
        """
        found = json.loads(
            self.body.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            parse_int=_number,
            parse_float=_number,
        )
        return _without_surrogates(found) if b"\\ud" in self.body.lower() else found

    def error_message(self) -> str:
        """Segment's own error message, or the beginning of any other body."""
        try:
            message = "; ".join(str(each["message"]) for each in self.json()["errors"])
        except (ValueError, LookupError, TypeError, RecursionError):
            message = "" if _is_markup(self) else self.body[:_SHOWN].decode("utf-8", "replace")
        message = " ".join(message.split())
        return shortened(message, _SHOWN)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(each) for k, each in value.items()}
    return value


def _refuse_constant(word: str) -> float:
    raise ValueError(f"`{word}` is not a JSON number")


def _number(word: str) -> int | float:
    found = number_of(word)
    if math.isinf(found):
        raise ValueError(f"`{shortened(word, 40)}` {TOO_GREAT}")
    return found


def data_of(answer: Answer, what: str) -> dict[str, Any] | Diagnostic:
    """The ``data`` of a successful answer to the request for ``what``."""
    try:
        whole = answer.json()
    except (ValueError, RecursionError) as error:
        return unexpected(what, _not_json(answer, error))
    data = whole.get("data") if isinstance(whole, dict) else None
    if not isinstance(data, dict):
        return unexpected(what, "JSON without the `data` of Segment's answers")
    return data


def refusal(answer: Answer, what: str) -> Diagnostic:
    """The diagnostic for an answer of status 300 and above."""
    message, status = answer.error_message(), answer.status
    detail = f": {message}" if message else ""
    help: str | None = None
    if status < 400:
        where = answer.headers.get("location", "nowhere").partition("?")[0]
        return unexpected(what, f"a redirect (status {status}) to {where}")
    if status < 500 and re.search(r"protocols?\b.*enabl|enabl.*\bprotocols?\b", message, re.I):
        code, problem = codes.NO_PROTOCOLS, "the workspace does not have Protocols"
    elif status == 407 or (_is_markup(answer) and status < 500 and status not in (404, 413, 429)):
        return unexpected(what, f"a web page with status {status}, as proxies send them")
    elif status in (401, 403):
        code = codes.UNAUTHORIZED
        problem = f"Segment does not accept the token (status {status})"
        help = "check the token, its role and workspace, and --region"
    elif status == 404:
        code, problem = codes.NO_PLAN, "Segment has no such plan (status 404)"
        help = "check the plan's `id`, the token's workspace, and --region"
    elif status == 429 or status >= 500:
        code, problem = codes.OVERLOADED, f"Segment cannot answer now (status {status})"
        help = "try again later"
    else:
        detail = detail or ", without giving a reason"
        code, problem = codes.REFUSED, f"Segment refused the request (status {status})"
    return code.at(None, f"{what}: {problem}{detail}", help=help)


def unexpected(what: str, came: str) -> Diagnostic:
    """A diagnostic: the answer to the request for ``what`` is something else."""
    help = "check for a proxy between this machine and Segment, then run the command again"
    return codes.ODD_ANSWER.at(None, f"{what}: received {came}", help=help)


def _not_json(answer: Answer, error: Exception) -> str:
    if _is_markup(answer):
        return "a web page, not JSON, as proxies send them"
    if not answer.body.strip():
        return "an empty answer"
    text = answer.body.decode("utf-8", "replace").rstrip()
    short = isinstance(error, json.JSONDecodeError) and error.pos >= len(text) - 1
    if short or text.count('"') % 2:
        return f"JSON that was cut off after {len(answer.body):,} bytes"
    return f"something that is not JSON: {error}"


def _is_markup(answer: Answer) -> bool:
    return answer.body.lstrip()[:1] == b"<" or "html" in answer.headers.get("content-type", "")
