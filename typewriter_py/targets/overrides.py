"""A user's folder of templates that replace ours: what is in it, and what is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..config.codes import BAD_TEMPLATE, UNKNOWN_TEMPLATE
from ..diagnostics import Diagnostic, Span
from ..util import closest

if TYPE_CHECKING:
    from jinja2 import Environment


class OverrideError(Exception):
    """One of the user's templates fails; ``diagnostic`` says which and why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Overrides:
    """The templates in ``folder``, by their paths in it; None is a folder of none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.names = frozenset(_names(folder) if folder else ())

    def text(self, name: str) -> str | None:
        """The user's plain file of that name; None if there is none."""
        if self.folder is None or name not in self.names:
            return None
        return (self.folder / name).read_text(encoding="utf-8-sig")

    def location(self, name: str, pattern: re.Pattern[str]) -> Span:
        """Where the user's templates say what ``pattern`` finds: that of ``name``, else one
        that it includes; the beginning of it if none does, as what it prints is made up."""
        assert self.folder, "it has a file"
        for each in (name, *sorted(self.names - {name})):
            text = self.text(each) or ""
            found = pattern.search(text)
            if found:
                return Span(str(self.folder / each), text.count("\n", 0, found.start()) + 1)
        return Span(str(self.folder / name))

    @contextmanager
    def blamed(self, name: str) -> Iterator[None]:
        """What fails in here with the user's template of that name is theirs to mend."""
        try:
            yield
        except Exception as error:
            place = self._place(error, name)
            if place is None:
                raise
            words = str(error).strip().splitlines() or [type(error).__name__]
            message = f"the template `{name}` gives no usable file: {words[0]}"
            raise OverrideError(BAD_TEMPLATE.at(place, message)) from error

    def problems(
        self, ours: Collection[str], environment: Environment, former: Callable[[str], str | None]
    ) -> Iterator[Diagnostic]:
        """Each file that replaces none of ``ours``, and that none of the others includes.

        ``former`` says of a file that once was one of ours what to do instead.
        """
        used: set[str] = set()
        new = self.names & set(ours)
        while new:
            used |= new
            referenced = {name for each in new for name in self._references(each, environment)}
            new = (self.names & referenced) - used
        for name in sorted(self.names - used):
            assert self.folder, "it has a file"
            help = former(name) or _meant(name, ours)
            message = f"`{name}` replaces none of the templates"
            yield UNKNOWN_TEMPLATE.at(Span(str(self.folder / name)), message, help=help)

    def _references(self, name: str, environment: Environment) -> Iterator[str]:
        from jinja2 import TemplateError
        from jinja2.meta import find_referenced_templates

        assert self.folder, "it has a file"
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
            yield from filter(None, find_referenced_templates(environment.parse(text)))
        except (OSError, ValueError, TemplateError):
            return  # rendering it tells why

    def _place(self, error: Exception, name: str) -> Span | None:
        """Where it went wrong: the innermost frame in a template of the user's, else ``name``.

        None if nothing of theirs has to do with it.
        """
        from traceback import walk_tb

        if self.folder is None:
            return None
        inside = os.path.abspath(self.folder) + os.sep
        place = None
        for frame, line in walk_tb(error.__traceback__):
            file = frame.f_code.co_filename
            if os.path.abspath(file).startswith(inside):
                place = Span(file, line)
        if place or name not in self.names:
            return place
        # In what a Jinja template prints, black's line is another than the template's.
        at = None if name.endswith(".jinja") else re.search(r": (\d+):(\d+)\b", str(error))
        file = str(self.folder / name)
        return Span(file, int(at[1]), max(1, int(at[2]))) if at else Span(file)


def _meant(name: str, ours: Collection[str]) -> str:
    stems = {each.partition(".")[0]: each for each in ours}
    meant = closest(name.partition(".")[0], stems)
    return f"did you mean `{stems[meant]}`?" if meant else f"there is {', '.join(sorted(ours))}"


def _names(folder: Path) -> Iterator[str]:
    """The files in a folder that are meant as templates: not hidden, nor about the others."""
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in within.parts)
        if path.is_file() and not hidden and not path.name.startswith("README"):
            yield within.as_posix()
