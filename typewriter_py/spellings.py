"""Which of many names is probably meant by a word, without comparing it with all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_FEW: Final = 60
"""So many names are compared with a word; of more, those that share its rarest parts."""

_PART: Final = 3
"""Characters of a part of a name."""

_CLOSE: Final = 0.6
"""How similar two names must be, from 0 to 1, as ``difflib`` measures it."""


class Spellings:
    """Names to choose from.  Whoever asks about many words makes one of these, and asks it."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        self._index = Index(())
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """One more name to choose from."""
        plain = _plain(name)
        self._names[plain] = name
        self._index.add(plain)

    def closest(self, word: str, cutoff: float = _CLOSE) -> str | None:
        """The name closest to ``word``, whatever their case; None if none is close."""
        from difflib import get_close_matches  # slow to import: needed only after a mistake

        word = _plain(word)
        close = get_close_matches(word, self._index.near(word), 1, cutoff)
        return self._names[close[0]] if close else None

    def did_you_mean(self, word: str) -> str | None:
        """The suggestion of the name closest to ``word``; None if none is close."""
        found = self.closest(word)
        return None if found is None else f"did you mean `{found}`?"


class Index:
    """Names by their parts, made when there turn out to be more than a few of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = dict.fromkeys(names)
        self._by_part: dict[str, dict[str, None]] | None = None

    def add(self, name: str) -> None:
        """One more name, after the others."""
        self._names[name] = None
        if self._by_part is not None:
            self._enter(name, self._by_part)

    def near(self, word: str) -> Sequence[str]:
        """A few names that are worth a comparison with ``word``, in the order they were given
        if those are all."""
        if len(self._names) <= _FEW:
            return tuple(self._names)
        index = self._index()
        found: dict[str, None] = {}
        for names in sorted((index[part] for part in _parts(word) if part in index), key=len):
            for name in names:
                found[name] = None
                if len(found) == _FEW:
                    return tuple(found)
        return tuple(found)

    def discard(self, name: str) -> None:
        """Leave out a name from now on."""
        del self._names[name]
        for part in _parts(name) if self._by_part is not None else ():
            del self._index()[part][name]

    def _index(self) -> dict[str, dict[str, None]]:
        if self._by_part is None:
            self._by_part = {}
            for name in self._names:
                self._enter(name, self._by_part)
        return self._by_part

    @staticmethod
    def _enter(name: str, by_part: dict[str, dict[str, None]]) -> None:
        for part in _parts(name):
            by_part.setdefault(part, {})[name] = None


def _parts(name: str) -> set[str]:
    """What a name consists of, its beginning and its end told apart from the rest."""
    whole = f"\n{name}\n"
    return {whole[at : at + _PART] for at in range(max(1, len(whole) - _PART + 1))}


def _plain(name: str) -> str:
    return name.casefold().replace("_", "-")
