"""JSON as a file holds it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_ALONE: Final = re.compile("[\ud800-\udfff]")


def json_text(value: Any) -> str:
    """``value`` as indented JSON, UTF-8 as it is, with a line end.

    Half a surrogate pair, which UTF-8 does not have, is escaped.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return _ALONE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
