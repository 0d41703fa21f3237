"""Templates into files: where a target's templates are found, and the user's own before them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..config.codes import BAD_TEMPLATE, UNKNOWN_TEMPLATE
from ..diagnostics import Diagnostic, Span
from ..output import File
from ..util import closest

_PACKAGED: Final = Path(__file__).parents[1] / "templates"
_REPOSITORY: Final = Path(__file__).parents[2] / "templates"  # a checkout, editable


def folder(language: str) -> Path:
    """Where a target's templates are: in the installed package, or in the repository."""
    return (_PACKAGED if _PACKAGED.is_dir() else _REPOSITORY) / language


def unchanged(text: str) -> str:
    """``text`` as it is: for languages that have no formatter in Python."""
    return text


class Templates:
    """A target's templates, in ``folder``; those that the user has in ``overrides`` come first.

    Its files end in ``suffix``, a template of one in ``.jinja`` after that.  ``literal`` is the
    filter that writes values, ``laid_out`` formats what a user's own template gives.  What
    fails with one of those raises an OverrideError.
    """

    def __init__(
        self,
        folder: Path,
        suffix: str,
        literal: Callable[..., str],
        overrides: Path | None = None,
        laid_out: Callable[[str], str] = unchanged,
    ) -> None:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # who checks needs none

        self.folder = folder
        self.suffix = suffix
        self.laid_out = laid_out
        self.overrides = Overrides(overrides)
        self.environment = Environment(
            loader=FileSystemLoader([*filter(None, [overrides]), folder]),
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.environment.filters["literal"] = literal

    def render(self, name: str, template: str = "", /, **context: object) -> File:
        """The file called ``name``, from the template of that name (or another) and ``.jinja``."""
        source = f"{template or name}.jinja"
        with self.overrides.blamed(source):
            text = self.environment.get_template(source).render(context)
            return File(name, self._settled(source, text))

    def plain_file(self, source: str, name: str = "") -> File:
        """A file that is the same for every plan, called ``name`` if not as its source."""
        with self.overrides.blamed(source):
            text = self.overrides.text(source)
            if text is None:
                text = (self.folder / source).read_text(encoding="utf-8")
            return File(name or source, self._settled(source, text))

    def problems(self) -> tuple[Diagnostic, ...]:
        """Each file of the user's that would replace nothing."""
        ours = [*self._names("*.jinja"), *self._names(f"*{self.suffix}")]
        return tuple(self.overrides.problems(ours, self.environment, self.former))

    def former(self, name: str) -> str | None:
        """What to do about a file of the user's that replaces what once was a template."""
        return None

    def _settled(self, source: str, text: str) -> str:
        return self.laid_out(text) if source in self.overrides.names else text

    def _names(self, pattern: str) -> list[str]:
        paths = sorted(self.folder.rglob(pattern))
        return [path.relative_to(self.folder).as_posix() for path in paths]


def printable(source: str) -> str:
    """A file's name for the header of generated files: nothing in it ends the line."""
    return "".join(c if c.isprintable() else "?" for c in source)


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
