"""Names for what generated code cannot call by its own: told apart by what they are.

The words come from the name itself, never from how many there are, so that the same source
gives the same plan, and another event changes nothing.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from ..diagnostics import Diagnostic, Span
from ..names import words
from ..plan.document import Map
from ..plan.model import Plan
from ..targets import DEFAULT_LANGUAGE
from ..targets import load as load_target
from . import codes
from .nodes import EVENT_ORDER, Comments, Place, Shadow, reordered
from .schemas import ORDER


class Naming:
    """Asks what names of a plan code cannot use, and gives others."""

    def __init__(self, comments: Comments) -> None:
        self._comments = comments
        self._tried: dict[int, Iterator[str]] = {}
        self._given: set[int] = set()

    @staticmethod
    def problems(plan: Plan) -> list[Diagnostic]:
        """What keeps the package from being generated that a plan gives by itself.

        Another language's names are told when that language is configured.
        """
        return [*load_target(DEFAULT_LANGUAGE).check(plan)]

    def mend(self, plan: Plan, shadow: Shadow) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """Give words to all that are in the way.

        What was done, once for each name; and what cannot be, if that is all there is.
        """
        done: list[Diagnostic] = []
        stuck: list[Diagnostic] = []
        seen: set[int] = set()
        for problem in self.problems(plan):
            named = _named(shadow, problem)
            if named is None:
                stuck.append(problem)
            elif id(named.node) not in seen:
                seen.add(id(named.node))
                chosen = self._choose(named)
                if chosen is None:
                    stuck.append(problem)
                elif id(named.node) not in self._given:
                    self._given.add(id(named.node))
                    done.append(self._tell(named, problem, shadow))
        return done, [] if done or len(seen) > len(stuck) else stuck

    def _choose(self, named: _Named) -> str | None:
        wire = str(named.place.value if named.override == "function" else named.place.key)
        chosen = next(
            self._tried.setdefault(id(named.node), candidates(wire, named.is_definition)), None
        )
        if chosen is not None:
            mark = named.node.mark
            named.node.put(named.override, chosen, (mark, mark))
            reordered(named.node, EVENT_ORDER if named.override == "function" else ORDER)
        return chosen

    def _tell(self, named: _Named, problem: Diagnostic, shadow: Shadow) -> Diagnostic:
        why, override = problem.message, named.override
        self._comments.add(named.node, override, f"{why}; choose other words if you like")
        related = tuple(
            (other.span, words) for span, words in problem.related if (other := shadow.place(span))
        )
        message = f"{why}: `{override}` gives it words of its own"
        help = "nothing changes on the wire; choose other words in the plan if you like"
        return codes.RENAMED.at(named.place.span, message, help=help, related=related)


class _Named(NamedTuple):
    """The node that takes words, under which key, and where the name itself stands."""

    node: Map
    override: str
    place: Place
    is_definition: bool = False


def _named(shadow: Shadow, problem: Diagnostic) -> _Named | None:
    """Who is to take other words: a definition rather than a property, which is an argument."""
    own = _named_at(shadow, problem.span)
    others = [_named_at(shadow, span) for span, _ in problem.related]
    defined = [each for each in others if each is not None and each.is_definition]
    return defined[0] if defined and own and own.override == "name" else own


def _named_at(shadow: Shadow, span: Span | None) -> _Named | None:
    place = shadow.place(span)
    if place is None or not isinstance(place.node, Map):
        return None
    way = shadow.way(place)
    if way[:2] == ["rules", "events"] and way[3:] == ["name"]:
        return _Named(place.node, "function", place)
    if not isinstance(place.value, Map):
        return None
    return _Named(place.value, "name", place, way[:-1] == ["definitions"])


def candidates(name: str, is_type: bool = False) -> Iterator[str]:
    """Words for ``name`` that tell it from others of the same words, the plainest first."""
    spelled = " ".join(_spelled_out(name)).lower()
    if spelled and words(spelled) != words(name.lower()):
        yield spelled
    base = " ".join(words(name)).lower() or spelled or "unnamed"
    if is_type:
        yield f"{base} shape"
    style = _style(name)
    if style:
        yield f"{base} {style}"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    for length in (6, 12, 24, 64):
        yield f"{base} {digest[:length]}"


def _spelled_out(name: str) -> Iterator[str]:
    """The words of a name, its symbols by the names that Unicode gives them."""
    run = ""
    for character in name:
        if character.isspace() or character in "_-'’ʼ" or words("a" + character) != ("a",):
            run += character
            continue
        yield from words(run)
        run = ""
        yield from words(unicodedata.name(character, f"U{ord(character):04X}"))
    yield from words(run)


def _style(name: str) -> str:
    """How the words of a name are joined, as programmers call it."""
    parts = words(name)
    lower, joined = name.islower() or name == name.lower(), "".join(parts)
    if "_" in name:
        return "snake case" if lower else "upper snake case" if name.isupper() else "underscored"
    if "-" in name:
        return "kebab case" if lower else "hyphenated"
    if joined == name:
        return "" if len(parts) < 2 else "camel case" if name[:1].islower() else "pascal case"
    if " " in name:
        return "lower case" if lower else "upper case" if name.isupper() else "title case"
    return ""
