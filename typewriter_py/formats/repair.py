"""A draft made into a plan that loads and generates, whatever it was drawn from.

The plan's own checks judge it.  What they refuse is taken out, into a comment and a warning;
names that generated code cannot have get others.  Then they judge again, until nothing is
left to say.  What is taken out only ever lets more in.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Severity, Span
from ..names import words
from ..plan import codes as plan_codes
from ..plan.annotations import REFERENCE
from ..plan.document import Map, Seq
from ..plan.model import CALLS, Plan
from ..plan.parse import judge
from ..plan.values import LONG, describe
from ..plan.yaml_reader import MAX_DEPTH
from ..targets import DEFAULT_LANGUAGE
from ..targets import load as load_target
from ..util import uncollected
from . import codes
from .nodes import EVENT_ORDER, Comments, Draft, Place, Shadow, home, maps_in, reordered
from .schemas import ORDER

_WHY: Final = "oneOf is anyOf here, as part of its members could not be carried over"


def relax(root: Map, comments: Comments) -> None:
    """Make ``anyOf`` of each ``oneOf`` of which a part, or what it refers to, has lost something.

    A member that has lost a rule accepts more; two then accept what one of them did, and
    ``oneOf`` would refuse it.  ``anyOf`` lets it through.
    """
    if not comments.lossy:
        return
    definitions = root.get("definitions")
    named = definitions if isinstance(definitions, Map) else Map(root.mark)
    lossy = _lossy_definitions(named, comments.lossy)
    for node in maps_in(root):
        members = node.get("oneOf")
        if isinstance(members, Seq) and _has_lost(members, comments.lossy, lossy):
            _relax(node, comments)


def _relax(node: Map, comments: Comments) -> None:
    members, marks = node["oneOf"], node.marks["oneOf"]
    node.remove("oneOf")
    if "anyOf" in node:
        comments.lose(node, f"oneOf: {describe(members, LONG)}")
        return
    node.put("anyOf", members, marks)
    reordered(node, ORDER)
    comments.add(node, "anyOf", _WHY)
    comments.lossy.add(id(node))


def _lossy_definitions(definitions: Map, lossy: set[int]) -> set[str]:
    """The definitions that have lost something, themselves or in what they refer to."""
    found: set[str] = set()
    before = -1
    while len(found) > before:
        before = len(found)
        found |= {name for name in definitions if _has_lost(definitions[name], lossy, found)}
    return found


def _has_lost(node: Any, lossy: set[int], definitions: set[str]) -> bool:
    return any(
        id(each) in lossy or str(each.get("$ref", "")).removeprefix(REFERENCE) in definitions
        for each in maps_in(node)
    )


_ROUNDS: Final = 200
"""Each takes out all that can be seen at once; what it uncovers is for the next."""

_ALTERNATIVES: Final = ("anyOf", "oneOf")


@uncollected()
def settle(draft: Draft) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The plan that ``draft`` is, once what cannot be in a plan is out of it.

    The draft is changed in place.  There is no plan exactly if a diagnostic is an error.
    """
    return _Settling(draft).run()


class _Settling:
    def __init__(self, draft: Draft) -> None:
        self._root, self._comments = draft.root, draft.comments
        self._naming = Naming(draft.comments)
        self._said: list[Diagnostic] = []

    def run(self) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        self._cut_depth()
        for _ in range(_ROUNDS):
            relax(self._root, self._comments)
            plan, found = judge(self._root)
            wrong = [*filter(_is_wrong, found)]
            if plan is not None and not wrong:
                wrong = self._naming.problems(plan)
                if not wrong:
                    return plan, tuple(self._said)
            stuck = self._mend()
            if stuck:
                break
        else:
            stuck = wrong
        why = stuck[0]
        self._said.append(codes.UNSETTLED.at(why.span, why.message, help=why.help))
        return None, tuple(self._said)

    def _mend(self) -> list[Diagnostic]:
        """Take out, or rename, what is wrong; what cannot be mended."""
        shadow = Shadow(self._root)
        plan, found = judge(shadow.root)
        wrong = [*filter(_is_wrong, found)]
        if plan is not None and not wrong:
            renamed, stuck = self._naming.mend(plan, shadow)
            self._said += renamed
            return stuck
        done: set[tuple[int, str | int]] = set()
        unplaced = []
        items: list[tuple[Place, Diagnostic]] = []
        for each in wrong:
            place = self._entry(shadow, each)
            if place is None:
                unplaced.append(each)
            elif (id(place.node), place.key) not in done:
                done.add((id(place.node), place.key))
                items.append((place, each))
        # From the last item to the first, so that those before keep their numbers.
        for place, why in sorted(items, key=_position, reverse=True):
            self._take_out(place, why)
        return unplaced if not items else []

    def _entry(self, shadow: Shadow, wrong: Diagnostic) -> Place | None:
        """The entry to take out: as small as may be, but never one of several alternatives."""
        place = shadow.place(wrong.span)
        if place is None:
            return None
        above = home(place.node)
        if place.path[:2] == ("rules", "events") and place.path[3:] == ("name",):
            return above
        if isinstance(place.node, Seq) and above and above.key in _ALTERNATIVES:
            return above
        return place

    def _take_out(self, place: Place, why: Diagnostic) -> None:
        node, key, span = place.node, place.key, place.span
        if key not in node if isinstance(node, Map) else int(key) >= len(node):
            return
        what = describe(place.value, LONG)
        if isinstance(key, str):
            what = f"{key}: {what}"
        near = home(node) if isinstance(node, Seq) else None
        owner = near.node if near and near.key != "events" else node
        if isinstance(node, Map) and _lets_in(place, why):
            self._let_in(node, str(key))
            owner = node[str(key)] if isinstance(node[str(key)], Map) else node
        else:
            place.remove()
        name = f"`{key}`" if isinstance(key, str) else f"an item of `{near.key if near else ''}`"
        self._comments.lose(owner, what, why.message)
        message = f"{name} is not carried over: {why.message}"
        self._said.append(codes.NOT_CARRIED.at(span, message, help=why.help))

    @staticmethod
    def _let_in(node: Map, key: str) -> None:
        mark = node.marks[key][0]
        node.put(key, True if key == "additionalProperties" else Map(mark), (mark, mark))

    def _cut_depth(self) -> None:
        """Take out what lies deeper than a plan may be nested."""
        ahead: list[tuple[Map | Seq, int]] = [(self._root, 2)]
        while ahead:
            node, depth = ahead.pop()
            pairs = [*(node.items() if isinstance(node, Map) else enumerate(node))]
            for key, value in reversed(pairs):
                if not isinstance(value, Map | Seq):
                    continue
                if depth < MAX_DEPTH:
                    ahead.append((value, depth + 1))
                    continue
                place = Place(node, key)
                message = f"`{key}` is not carried over: it is nested more than {MAX_DEPTH} deep"
                help = "give the inner part a name under `definitions`"
                self._said.append(codes.NOT_CARRIED.at(place.span, message, help=help))
                self._comments.lose(node, f"{key}: {describe(value, LONG)}")
                place.remove()


def _is_wrong(found: Diagnostic) -> bool:
    """An error; or a keyword that does nothing, which a foreign schema may well have."""
    return found.severity is Severity.ERROR or found.kind is plan_codes.NO_EFFECT


def _position(item: tuple[Place, Diagnostic]) -> int:
    return item[0].key if isinstance(item[0].key, int) else -1


def _lets_in(place: Place, why: Diagnostic) -> bool:
    """Whether leaving the entry out would refuse what it let in: then it becomes anything.

    A property that the plan cannot describe is still a property; but one that another part
    of the same schema forbids is none.
    """
    if place.key == "additionalProperties":
        return place.value is not True
    if why.kind is plan_codes.CONFLICT:
        return False
    return _is_property(place.path)


def _is_property(path: tuple[str | int, ...]) -> bool:
    """Whether the path leads to a declared property, not to a keyword."""
    match path:
        case ["definitions", _, *steps] | ["rules", "events", _, "rules", *steps]:
            pass
        case ["rules", "common", _, *steps]:
            pass
        case ["rules", call, "traits", *steps] if CALLS.get(str(call)) == "traits":
            pass
        case ["rules", call, *steps] if CALLS.get(str(call)) == "properties":
            pass
        case _:
            return False
    while len(steps) > 2:
        steps = steps[1 if steps[0] in ("items", "additionalProperties") else 2 :]
    return len(steps) == 2 and steps[0] == "properties"


# --- names for what generated code cannot call by its own --------------------------------------
# The words come from the name itself, never from how many there are, so that the same source
# gives the same plan, and another event changes nothing.


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
    path = place.path
    if path[:2] == ("rules", "events") and path[3:] == ("name",):
        return _Named(place.node, "function", place)
    if not isinstance(place.value, Map):
        return None
    return _Named(place.value, "name", place, path[:-1] == ("definitions",))


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
