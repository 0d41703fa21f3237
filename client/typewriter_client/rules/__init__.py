"""What a tracking plan lets be sent, as data: the words that ``_rules.py`` is written in.

::

    from typewriter_client import rules as r

    RULES: r.Rules = {
        r.track("Order Completed"): lambda: {
            "order_id": r.string(),
            r.optional("currency"): r.enum("EUR", "USD"),
            "products": [
                {
                    "sku": r.string(),
                },
            ],
        },
    }

A dict is an object that has these keys and no others, a list of one rule an array.  The
words are functions of ``words``, which is imported when the first of them is asked for:
importing this package costs what it imports at once, and that is nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .words import *  # noqa: F403 - a word for each of its __all__
else:
    from ..process.forks import late

    @late
    def _words() -> dict[str, object]:
        from .words import WORDS  # not the module: it would be asked for as a word

        return WORDS

    def __getattr__(name: str) -> object:
        """A word, when the first of them is asked for."""
        if name.startswith("__"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        words = _words()
        globals().update(words)
        if name not in words:
            known = ", ".join(sorted(word for word in words if word.islower()))
            raise AttributeError(f"rules have no word {name!r}; the words are {known}")
        return words[name]
