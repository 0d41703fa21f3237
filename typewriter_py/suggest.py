"""The word that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A question that names the known word closest to ``word``; None if none is close."""
    found = closest(word, known)
    return None if found is None else f"did you mean `{found}`?"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to ``word``; None if none is close."""
    from difflib import get_close_matches  # costs more than all the rest: only on a mistake

    spelled = {name.casefold().replace("_", "-"): name for name in known}
    close = get_close_matches(word.casefold().replace("_", "-"), spelled, n=1)
    return spelled[close[0]] if close else None
