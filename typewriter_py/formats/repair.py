"""A draft made into a plan that loads and generates, whatever it was made from.

The plan's own checks decide.  What they refuse is taken out, into a comment and a warning; names
that generated code cannot use get others.  Then they run again, until nothing is wrong.  Taking
something out only ever makes the plan accept more.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Severity
from ..names import words
from ..plan import codes as plan_codes
from ..plan.annotations import REFERENCE
from ..plan.document import Map, Seq
from ..plan.model import CALLS, Plan
from ..plan.parse import check_plan
from ..plan.yaml_reader import MAX_DEPTH
from ..targets import DEFAULT_LANGUAGE
from ..targets import load as load_target
from ..util import without_gc
from . import codes
from .nodes import (
    EVENT_ORDER,
    Comments,
    Draft,
    Entry,
    EntryAt,
    as_text,
    maps_in,
    numbered,
    reordered,
)
from .schemas import ORDER

_WHY: Final = "anyOf instead of oneOf, as some members were not carried over entirely"


def _loosen(root: Map, comments: Comments) -> None:
    """Make each ``oneOf`` an ``anyOf`` if a part of it, or what it refers to, has lost something.

    A member that has lost a rule accepts more; two may then accept what only one of them did,
    and ``oneOf`` would refuse it.
    """
    if not comments.lossy:
        return
    definitions = root.get("definitions")
    named = definitions if isinstance(definitions, Map) else Map(root.mark)
    lossy = _lossy_definitions(named, comments.lossy)
    for node in maps_in(root):
        members = node.get("oneOf")
        if not isinstance(members, Seq) or not _has_lost(members, comments.lossy, lossy):
            continue
        marks = node.marks["oneOf"]
        node.remove("oneOf")
        if "anyOf" in node:
            comments.lose(node, as_text(members, "oneOf"))
            continue
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
"""Each takes out everything that can be seen at once; what it uncovers is for the next."""

_ALTERNATIVES: Final = ("anyOf", "oneOf")


@without_gc()
def repair_draft(draft: Draft) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """The plan in ``draft``, once everything that a plan cannot have is out of it.

    The draft is changed in place.  The plan is None if and only if a diagnostic is an error.
    """
    return _Repair(draft).run()


class _Repair:
    def __init__(self, draft: Draft) -> None:
        self._root, self._comments = draft.root, draft.comments
        self._diagnostics: list[Diagnostic] = []
        self._words: dict[int, Iterator[str]] = {}
        """The words left to try, for each node that has needed any."""

    def run(self) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        self._cut_depth()
        for _ in range(_ROUNDS):
            _loosen(self._root, self._comments)
            plan, wrong = _checked(self._root)
            if plan is not None:
                wrong = _unusable_names(plan)
            if not wrong:
                return plan, tuple(self._diagnostics)
            stuck = self._round()
            if stuck:
                break
        else:
            stuck = wrong
        why = stuck[0]
        self._diagnostics.append(codes.UNSETTLED.at(why.span, why.message, help=why.help))
        return None, tuple(self._diagnostics)

    def _round(self) -> list[Diagnostic]:
        """Take out or rename what is wrong; return the problems if nothing can be done."""
        copy, entry_at = numbered(self._root)
        plan, wrong = _checked(copy)
        if plan is not None:
            return self._rename(_unusable_names(plan), entry_at)
        found: dict[tuple[int, str | int], tuple[Entry, Diagnostic]] = {}
        for problem in wrong:
            entry = _entry_to_remove(entry_at(problem.span))
            if entry is not None:
                found.setdefault((id(entry.node), entry.key), (entry, problem))
        # From the last item to the first, so that those before keep their numbers.
        for entry, why in sorted(found.values(), key=_position, reverse=True):
            self._take_out(entry, why)
        return [] if found else wrong

    def _take_out(self, entry: Entry, why: Diagnostic) -> None:
        node, key, span, parent = *entry, entry.span, entry.parent
        what = as_text(entry.value)
        if isinstance(node, Seq):
            name = f"an item of `{parent.key if parent else ''}`"
            owner = parent.node if parent and parent.key != "events" else node
            entry.remove()
        else:
            name, owner, key = f"`{key}`", node, str(key)
            what = as_text(entry.value, key)
            if _lets_in(entry, why):
                mark = node.marks[key][0]
                anything = True if key == "additionalProperties" else Map(mark)
                node.put(key, anything, (mark, mark))
                owner = anything if isinstance(anything, Map) else node
            else:
                entry.remove()
        self._comments.lose(owner, what, why.message)
        message = f"{name} is not carried over: {why.message}"
        self._diagnostics.append(codes.NOT_CARRIED.at(span, message, help=why.help))

    def _cut_depth(self) -> None:
        """Take out what is nested deeper than a plan may be."""
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
                entry = Entry(node, key)
                why = f"`{key}` is not carried over: it is nested more than {MAX_DEPTH} deep"
                help = "give the inner part a name under `definitions`"
                self._diagnostics.append(codes.NOT_CARRIED.at(entry.span, why, help=help))
                self._comments.lose(node, as_text(value, key))
                entry.remove()

    # --- names that generated code cannot use --------------------------------------------

    def _rename(self, problems: list[Diagnostic], entry_at: EntryAt) -> list[Diagnostic]:
        """Give unusable names other words; return the problems if that is impossible for all."""
        stuck: list[Diagnostic] = []
        seen: set[int] = set()
        renamed = False
        for problem in problems:
            named = _named(problem, entry_at)
            if named is None:
                stuck.append(problem)
            elif id(named.node) not in seen:
                seen.add(id(named.node))
                first = id(named.node) not in self._words
                chosen = next(self._words.setdefault(id(named.node), _candidates(named)), None)
                if chosen is None:
                    stuck.append(problem)
                    continue
                renamed = True
                named.node.put(named.override, chosen, (named.node.mark, named.node.mark))
                reordered(named.node, EVENT_ORDER if named.override == "function" else ORDER)
                if first:
                    self._report_renamed(named, problem, entry_at)
        return [] if renamed else stuck

    def _report_renamed(self, named: _Named, problem: Diagnostic, entry_at: EntryAt) -> None:
        why, override = problem.message, named.override
        self._comments.add(named.node, override, f"{why}; choose other words if you like")
        related = tuple(
            (other.span, text) for span, text in problem.related if (other := entry_at(span))
        )
        message = f"{why}: `{override}` gives it different words"
        help = "nothing changes on the wire; choose other words in the plan if you like"
        found = codes.RENAMED.at(named.entry.span, message, help=help, related=related)
        self._diagnostics.append(found)


def _checked(root: Map) -> tuple[Plan | None, list[Diagnostic]]:
    """The plan, or what is wrong with it: errors, and keywords that have no effect, which
    another tool's schema may well have."""
    plan, found = check_plan(root)
    wrong = [
        each
        for each in found
        if each.severity is Severity.ERROR or each.kind is plan_codes.NO_EFFECT
    ]
    return None if wrong else plan, wrong


def _unusable_names(plan: Plan) -> list[Diagnostic]:
    """What keeps the default package from being generated.

    Names of another language are checked once that language is configured.
    """
    return [*load_target(DEFAULT_LANGUAGE).check(plan)]


def _entry_to_remove(entry: Entry | None) -> Entry | None:
    """The entry to take out: as small as possible, but never one of several alternatives."""
    if entry is None:
        return None
    parent = entry.parent
    is_alternative = isinstance(entry.node, Seq) and parent and parent.key in _ALTERNATIVES
    return parent if is_alternative or _is_event_name(entry) else entry


def _is_event_name(entry: Entry) -> bool:
    path = entry.path
    return path[:2] == ("rules", "events") and path[3:] == ("name",)


def _position(item: tuple[Entry, Diagnostic]) -> int:
    return item[0].key if isinstance(item[0].key, int) else -1


def _lets_in(entry: Entry, why: Diagnostic) -> bool:
    """Whether removing the entry would refuse what it let in: it becomes "anything" instead.

    A property that the plan cannot describe is still a property, unless another part of the
    same schema forbids it.
    """
    if entry.key == "additionalProperties":
        return entry.value is not True
    return why.kind is not plan_codes.CONFLICT and _is_property(entry.path)


def _is_property(path: tuple[str | int, ...]) -> bool:
    """Whether the path leads to a declared property, not to a keyword."""
    match path:
        case ["definitions", _, *steps]:
            pass
        case ["rules", "events", _, "rules", *steps] | ["rules", "common", _, *steps]:
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


class _Named(NamedTuple):
    """The node that takes other words, under which key, and the entry with the name itself."""

    node: Map
    override: str
    entry: Entry

    @property
    def is_definition(self) -> bool:
        return self.entry.path[:-1] == ("definitions",)


def _named(problem: Diagnostic, entry_at: EntryAt) -> _Named | None:
    """What gets other words: a definition rather than a property, which is an argument."""
    own = _named_at(entry_at(problem.span))
    others = [_named_at(entry_at(span)) for span, _ in problem.related]
    defined = [each for each in others if each is not None and each.is_definition]
    return defined[0] if defined and own and own.override == "name" else own


def _named_at(entry: Entry | None) -> _Named | None:
    if entry is None or not isinstance(entry.node, Map):
        return None
    if _is_event_name(entry):
        return _Named(entry.node, "function", entry)
    return _Named(entry.value, "name", entry) if isinstance(entry.value, Map) else None


def _candidates(named: _Named) -> Iterator[str]:
    """Words for a name that tell it from others of the same words, the plainest first.

    They come from the name itself, never from how many there are, so that the same source
    gives the same plan, and another event changes nothing.
    """
    name = str(named.entry.value if named.override == "function" else named.entry.key)
    in_words = " ".join(_spelled_out(name)).lower()
    if in_words and words(in_words) != words(name.lower()):
        yield in_words
    base = " ".join(words(name)).lower() or in_words or "unnamed"
    if named.is_definition:
        yield f"{base} shape"
    style = _style(name)
    if style:
        yield f"{base} {style}"
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    for length in (6, 12, 24, 64):
        yield f"{base} {digest[:length]}"


def _spelled_out(name: str) -> Iterator[str]:
    """The words of a name, its symbols under their Unicode names."""
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
