"""The rules of a tracking plan as data: the vocabulary of the generated ``_rules.py``.

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

A dict is an object with these keys and no others, a list of one rule an array.  The words of
the vocabulary are functions of ``words``, which is imported when the first of them is used:
importing this package alone imports nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .words import *  # noqa: F403 - the names in its __all__
else:
    from ..process.forks import late

    @late
    def _words() -> dict[str, object]:
        from .words import WORDS  # not the module: it would be looked up as a word

        return WORDS

    def __getattr__(name: str) -> object:
        """Import the words when the first of them is used."""
        if name.startswith("__"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        words = _words()
        globals().update(words)
        if name not in words:
            known = ", ".join(sorted(word for word in words if word.islower()))
            raise AttributeError(f"there is no rule {name!r}; the rules are {known}")
        return words[name]
