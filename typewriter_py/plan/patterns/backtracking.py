"""How long a regular expression can take: Python and JavaScript try one way after the other.

A pattern becomes an automaton with a state for each of its sets of characters.  What an engine
does for a text without a match is to follow every path through it, from every start.  If two
paths lead from a state back to it with the same text, the paths double with each repetition of
that text: ``(a+)+$``.  If a state that text leads back to leads with the same text to another
such state, time grows with another power of the text's length: ``\\s*\\s*$`` (Weber and Seidl,
"On the degree of ambiguity of finite automata").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from itertools import product
from math import inf
from typing import Final, NamedTuple, TypeAlias

from ...util import loops as loops_in
from ..values import compiled
from .automata import Automaton, Ways, automaton

QUICK: Final = 2
"""The highest power of a text's length that is fast for the texts that are matched at all."""

_LONGEST: Final = 1000
_LONGEST_FOR_SLOW: Final = 300
_MOST_STEPS: Final = 2_000_000
_MOST_STEPS_OF_LINEAR: Final = 100
"""For each character; with more, long texts take long, too."""

_MOST_VISITS: Final = 300_000
"""Steps of one analysis, after which the worst is assumed."""


class Growth(NamedTuple):
    """The time that a pattern takes: the length of the text to the power of ``degree``, which is
    infinite if time is exponential.

    ``parts`` are those of a text that takes so long: each a start, and what is repeated after it.
    ``end`` keeps it from matching.
    """

    degree: float
    parts: tuple[tuple[str, str], ...] = ()
    end: str = ""

    def text(self, times: int) -> str:
        """A text that takes long, if repeated often enough."""
        return "".join(start + repeated * times for start, repeated in self.parts) + self.end


def max_matched(patterns: Iterable[str], max_length: int | None) -> int | None:
    """Characters beyond which a text is not matched with patterns; None if any may be.

    Up to that length it takes milliseconds, for every pattern of a degree up to ``QUICK``.
    """
    degree = max((growth(each).degree for each in patterns), default=1)
    if degree == 1:
        return None
    most = _LONGEST if degree <= QUICK else _LONGEST_FOR_SLOW
    return None if max_length is not None and max_length <= most else most


@lru_cache(maxsize=1024)
def growth(pattern: str) -> Growth:
    """How the time for texts grows with their length.  ``pattern`` has to be a valid one."""
    if not any(sign in pattern for sign in "*+{") and pattern.count("?") < _MANY:
        return Growth(1)
    exact = automaton(pattern)
    states = exact or automaton(pattern, loose=True)
    found = _Analysis(states).growth()
    if found.degree == QUICK:
        text = found.text(1)
        if _takes_long(states, found.text(1 + _LONGEST // len(text))):
            found = found._replace(degree=inf)
    counted = "{" in pattern or pattern.count("?") >= _MANY
    if found.degree <= QUICK and exact is not None and counted:
        found = _with_counts(pattern, exact, found)
    return found._replace(end=_end(pattern, found.text(1))) if found.parts else found


def _with_counts(pattern: str, exact: Automaton, found: Growth) -> Growth:
    """What the degree does not show: (a?){30}a{30} has no loop at all, but very many paths."""
    greedy = _greedy_text(exact)
    worst = _Analysis(automaton(pattern, loose=True)).growth()
    texts = greedy, worst.text(_PUMPED) if worst.degree > QUICK else ""
    for text in texts:
        if _takes_long(exact, text):
            return Growth(inf, ((text, ""),))
        if found.degree == 1 and _takes_long(exact, text, _MOST_STEPS_OF_LINEAR * len(text)):
            found = Growth(QUICK, ((text, ""),))
    return found


_MANY: Final = 8
_PUMPED: Final = 20


def _end(pattern: str, text: str) -> str:
    """A character after which the text does not match, if there is one."""
    if not _is_quick_text(pattern, text):
        return "!"
    find = compiled(pattern).search
    return next((each for each in "!\n~a1" if find(text + each) is None), "!")


def is_quick(pattern: str, text: str) -> bool:
    """Whether matching this text certainly takes only milliseconds."""
    degree = growth(pattern).degree
    if degree == 1 or (degree == QUICK and len(text) <= _LONGEST):
        return True
    return _is_quick_text(pattern, text)


def _is_quick_text(pattern: str, text: str) -> bool:
    return not _takes_long(automaton(pattern) or automaton(pattern, loose=True), text)


# --- texts: how many paths there are -----------------------------------------------------------


def _takes_long(found: Automaton, text: str, most: int = _MOST_STEPS) -> bool:
    """Whether the paths of a text through the automaton are too many to follow all."""
    fits = [compiled(each).fullmatch for each in found.sets]
    known: dict[str, list[int]] = {}
    paths: Ways = {}
    steps = 0
    for index, character in enumerate(text):
        if character not in known:
            known[character] = [state for state, fit in enumerate(fits) if fit(character)]
        paths = _next(found, index, paths, known[character])
        steps += sum(paths.values())
        if steps > most:
            return True
    return False


def _greedy_text(found: Automaton) -> str:
    """A text each of whose characters makes for as many paths as possible."""
    text = ""
    paths: Ways = {}
    fitting = [
        [state for state, label in enumerate(found.labels) if label >> bit & 1]
        for bit in range(len(found.alphabet))
    ]
    for index in range(_GREEDY):
        choices = [_next(found, index, paths, states) for states in fitting]
        best = max(range(len(choices)), key=lambda bit: sum(choices[bit].values()))
        paths = choices[best]
        if not paths:
            break
        text += found.alphabet[best]
    return text


def _next(found: Automaton, index: int, paths: Ways, fitting: Collection[int]) -> Ways:
    """In how many ways each state is reached with a character that fits some of them."""
    reached: Ways = {} if index and found.anchored else dict(found.first)
    for state, count in paths.items():
        for other, ways in found.follow[state].items():
            reached[other] = reached.get(other, 0) + count * ways
    return {state: reached[state] for state in fitting if state in reached}


_GREEDY: Final = 64


# --- all texts: how the paths grow --------------------------------------------------------------


class _TooMuch(Exception):  # noqa: N818 - a limit, not an error
    """The analysis would take too long."""


class _Chain(NamedTuple):
    """Loops that lead from one to the next with the same text."""

    degree: int
    parts: tuple[tuple[str, str], ...]
    state: int


_Node: TypeAlias = "tuple[int, ...]"
_Steps: TypeAlias = "dict[_Node, tuple[_Node, str] | None]"
"""The nodes that a search found, each with the one before it and the character between them."""


class _Analysis:
    """The paths of an automaton that can be followed in vain.

    Whoever reaches one of the ``ends`` has found the pattern, and never goes back beyond it: there
    is one path through these, and like the search for a start it is one state here, from which
    others can be tried at every character.
    """

    def __init__(self, found: Automaton) -> None:
        self._alphabet = found.alphabet
        self._labels = [*found.labels]
        vain = {*range(len(found.labels))} - found.ends
        self._follow = [
            {state: ways for state, ways in each.items() if state in vain} if index in vain else {}
            for index, each in enumerate(found.follow)
        ]
        self._starts: list[int] = []
        self._visits = 0
        tried = {state: ways for state, ways in found.first.items() if state in vain}
        if not found.matches_empty:
            self._add((1 << len(found.alphabet)) - 1, tried, not found.anchored)
        ends = [found.follow[state] for state in found.ends]
        after = {state for each in ends for state in each}
        label = 0
        for state in found.ends:
            label |= found.labels[state]
        ways = {s: max(each.get(s, 0) for each in ends) for s in after & vain}
        self._add(label, ways, bool(after & found.ends))
        self._before: list[Ways] = [{} for _ in self._labels]
        for state, each in enumerate(self._follow):
            for other, count in each.items():
                self._before[other][state] = count

    def _add(self, label: int, follow: Ways, loops: bool) -> None:
        state = len(self._labels)
        self._labels.append(label)
        self._follow.append({state: 1, **follow} if loops else follow)
        self._starts.append(state)

    def growth(self) -> Growth:
        """The degree of the whole, and a text that shows it."""
        try:
            return self._growth()
        except _TooMuch:
            return Growth(inf)

    def _growth(self) -> Growth:
        # A loop before those it leads to.
        loops = [*loops_in(self._starts, dict(enumerate(self._follow)))][::-1]
        for loop in loops:
            doubled = self._doubled(loop)
            if doubled is not None:
                state, word = doubled
                start = self._start_of(state)
                return Growth(inf, ((self._word(start, state), word),))
        best: list[_Chain] = []
        for index, loop in enumerate(loops):
            chain = _Chain(0, (), self._start_of(loop[0]))
            for before, earlier in enumerate(loops[:index]):
                if loop[0] not in self._reach(earlier):
                    continue
                known = best[before]
                same = self._same_text(earlier, loop)
                if same is not None:
                    p, q, word = same
                    step = (self._word(known.state, p), word)
                    known = _Chain(known.degree + 1, (*known.parts, step), q)
                if known.degree > chain.degree:
                    chain = known
            best.append(chain)
        longest = max(best, default=_Chain(0, (), 0))
        return Growth(1 + longest.degree, longest.parts)

    # --- loops ---

    def _reach(self, starts: Iterable[int], follow: list[Ways] | None = None) -> set[int]:
        found, ahead = {*starts}, [*starts]
        while ahead:
            new = (follow or self._follow)[ahead.pop()].keys() - found
            found |= new
            ahead += new
            self._count(1)
        return found

    def _count(self, visits: int) -> None:
        self._visits += visits
        if self._visits > _MOST_VISITS:
            raise _TooMuch

    def _doubled(self, loop: list[int]) -> tuple[int, str] | None:
        """A state, and a text that leads back to it in two ways."""
        within = {*loop}
        for state in loop:
            for other, ways in self._follow[state].items():
                if other in within and ways > 1:
                    return state, self._shown(self._labels[other]) + self._word(other, state)

        alike = {frozenset(self._follow[state].keys() & within): state for state in loop}
        starts = {(state, state) for state in alike.values()}

        def pairs(node: _Node) -> Iterator[_Node]:
            if node[0] == node[1] and node not in starts:
                return iter(())  # goes on as one of the starts does
            one, two = (self._follow[each].keys() & within for each in node)
            return ((a, b) for a, b in product(one, two) if a <= b or node[0] != node[1])

        apart = self._search(starts, pairs, lambda node: False)
        for node in apart:
            if node[0] == node[1]:
                continue
            for common in self._follow[node[0]].keys() & self._follow[node[1]].keys() & within:
                (start, _), word = self._traced(apart, node)
                return start, word + self._shown(self._labels[common]) + self._word(common, start)
        return None

    def _same_text(self, one: list[int], other: list[int]) -> tuple[int, int, str] | None:
        """A state of each loop, and a text that leads back to each, and from one to the other."""
        if not self._union(one) & self._union(other):
            return None
        first, last = {*one}, {*other}
        between = self._reach(one) & self._reach(other, self._before)

        def triples(node: _Node) -> Iterator[_Node]:
            x, y, z = (self._follow[each].keys() for each in node)
            return product(x & first, y & between, z & last)

        for p, q in product(one, other):
            goal = p, q, q
            found = self._search([(p, p, q)], triples, lambda node, goal=goal: node == goal)  # type: ignore[misc]
            if goal in found:
                return p, q, self._traced(found, goal)[1]
        return None

    def _union(self, states: Iterable[int]) -> int:
        label = 0
        for state in states:
            label |= self._labels[state]
        return label

    # --- words ---

    def _search(
        self,
        starts: Iterable[_Node],
        after: Callable[[_Node], Iterable[_Node]],
        enough: Callable[[_Node], bool],
    ) -> _Steps:
        """All that can be reached with one text, and from where: the last character's node."""
        found: _Steps = dict.fromkeys(starts)
        ahead = deque(found)
        while ahead:
            node = ahead.popleft()
            for new in after(node):
                self._count(1)
                label = -1
                for state in new:
                    label &= self._labels[state]
                if label and new not in found:
                    found[new] = node, self._shown(label)
                    ahead.append(new)
                    if enough(new):
                        return found
        return found

    def _traced(
        self,
        found: _Steps,
        node: _Node,
    ) -> tuple[_Node, str]:
        """Where a search started that reached the node, and its text."""
        word = ""
        while (step := found[node]) is not None:
            node, character = step
            word = character + word
        return node, word

    def _word(self, start: int, end: int) -> str:
        """A text that leads from one state to the other."""
        found = self._search(
            [(start,)], lambda node: ((s,) for s in self._follow[node[0]]), (end,).__eq__
        )
        return self._traced(found, (end,))[1]

    def _start_of(self, state: int) -> int:
        return next(start for start in self._starts if state in self._reach([start]))

    def _shown(self, label: int) -> str:
        return self._alphabet[(label & -label).bit_length() - 1]
