"""Regular expressions: those that a plan may use, and what they mean.

The generated package runs on Python 3.9 and later, other targets run elsewhere, and Segment
evaluates the same pattern itself, in Go.  A pattern means what ECMAScript means by it, with the
flag ``u`` (``typewriter_client.rules.patterns``); one that some of them refuse or read
differently is refused here.  What is merely spelled differently is not: JavaScript wants ``-``
where others allow ``\\-``, and each target prints its own spelling.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Final, NamedTuple


class Problem(NamedTuple):
    """Why a pattern is not valid in a plan, and how to fix it."""

    message: str
    help: str | None = None


_CONSTRUCTS: Final = tuple(
    (re.compile(construct), what, help)
    for construct, what, help in (
        (r"\(\?(P[<=>]|<(?![=!]))", "named groups", "use a plain group ( … )"),
        (r"\(\?\(", "conditional groups", "use alternatives: (a|b)"),
        (r"\(\?#", "comments", "put it into the `description`"),
        (r"\(\?>", "atomic groups", "use a plain group (?: … )"),
        (r"\(\?-?[A-Za-z]+[-:)]", "inline flags", "spell out both cases, as in [Aa]"),
        (r"\(\?<?[=!]", "lookahead and lookbehind", "use alternatives, or check it in code"),
        (r"([*+?]|\{[0-9]+(,[0-9]*)?\})\+", "possessive quantifiers", "remove the last +"),
        (r"\{,[0-9]+\}", "repetitions without a lower bound", "write {0,n}"),
    )
)
_ESCAPES: Final = {
    "A": "write ^",
    "Z": "write $",
    "z": "write $",
    "a": "write \\x07",
    **dict.fromkeys("pP", "list the characters, as in [A-Za-zÀ-ÿ]"),
    **dict.fromkeys("uUN", "write the character itself"),
    **dict.fromkeys("123456789", "Go has no backreferences"),
}
_ANYWHERE: Final = frozenset("bBdDfnrsStvwWx0")
"""Letters and digits that all dialects know after a backslash."""

_TOKEN: Final = re.compile(
    r"\\(?P<escape>0[0-9]|.)|\[(?P<class>\^?\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*)\]|.", re.DOTALL
)
_MOST_REPEATS: Final = 1000
"""Go does not compile more."""

_ELSEWHERE: Final = "not supported everywhere"
_SLASHES: Final = re.compile(r"/(\^.*|.*\$)/[a-z]*", re.DOTALL)


@lru_cache(maxsize=512)
def problem_of(pattern: str) -> Problem | None:
    """Why ``pattern`` is not in the shared dialect; None if it is."""
    for token in _TOKEN.finditer(pattern):
        found = _in_token(token, pattern)
        if found is not None:
            return found
    if within := _SLASHES.fullmatch(pattern):
        message = "the slashes are part of this pattern, so that no text matches it"
        return Problem(message, f"write it without slashes and flags: {within[1]}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except Warning:
        if re.search(r"--|&&|~~|\|\|", pattern):
            return Problem(
                f"set operations are {_ELSEWHERE}", "write \\- \\& \\~ \\| for literal ones"
            )
        return Problem(f"nested sets are {_ELSEWHERE}", "write \\[ for a literal [")
    except (re.error, OverflowError, RecursionError) as error:
        message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Problem(f"not a valid regular expression: {message}", _advice(message))
    return None


def _in_token(token: re.Match[str], pattern: str) -> Problem | None:
    if token["escape"]:
        return _in_escape(token["escape"])
    if token["class"] is not None:
        return _in_class(token["class"])
    if token[0] not in "(*+?{":
        return None
    for construct, what, help in _CONSTRUCTS:
        if construct.match(pattern, token.start()):
            return Problem(f"{what} are {_ELSEWHERE}", help)
    if token[0] != "{":
        return None
    repeats = _REPEATS.match(pattern, token.start())
    if repeats and any(len(n) > 4 or int(n) > _MOST_REPEATS for n in repeats.groups() if n):
        return Problem(f"more than {_MOST_REPEATS} repetitions are {_ELSEWHERE}")
    meant = None if repeats else _ALMOST.match(pattern, token.start())
    if meant:
        right = "{" + ",".join(filter(None, meant.groups())) + "}"
        return Problem(f"`{meant[0]}` is not a quantifier", f"write {right}; a literal {{ is \\{{")
    return None


_REPEATS: Final = re.compile(r"\{([0-9]+)(?:,([0-9]+)?)?\}")
_ALMOST: Final = re.compile(r"\{\s*([0-9]+)(?:(?:\s*(?:[-,;:]|\.\.+)\s*|\s+)([0-9]+)?)?\s*(?:\}|$)")
"""What looks like a number of repetitions."""


def _in_escape(character: str) -> Problem | None:
    if len(character) > 1:
        help = "write \\x and two hexadecimal digits, as in \\x00"
        return Problem(f"the octal `\\{character}` is {_ELSEWHERE}", help)
    if character.isascii() and (not character.isalnum() or character in _ANYWHERE):
        return None
    help = _ESCAPES.get(character, f"for the character itself, write {character}")
    return Problem(f"`\\{character}` is {_ELSEWHERE}", help)


def _in_class(text: str) -> Problem | None:
    inner = text.removeprefix("^")
    if inner.startswith("]"):
        return Problem(f"`]` first in a set is {_ELSEWHERE}", "write \\] in it")
    if re.search(r"\[:\^?[a-z]+:\]?", text):
        return Problem(f"`[:name:]` is {_ELSEWHERE}", "list the characters: a-z")
    for escape in re.finditer(r"\\(0[0-9]|.)", inner, re.DOTALL):
        found = _in_escape(escape[1])
        if found is not None or escape[1] in "bB":
            return found or Problem(f"`\\b` in a set is {_ELSEWHERE}")
    return None


def _advice(error: str) -> str | None:
    if "nothing to repeat" in error or "multiple repeat" in error:
        return "`*`, `+` and `?` need something to repeat; literal ones are \\*, \\+ and \\?"
    if "unterminated" in error or "unbalanced" in error or "missing )" in error:
        return "literal brackets are \\( \\) \\[ \\]"
    if "min repeat greater" in error:
        return "write the smaller number first, as in {2,3}"
    if "bad character range" in error:
        return "a range goes from the lower character to the higher; a literal - is \\-"
    return None
