"""Templates into files: a target's own, and those of the user that override them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from .. import disk
from ..config.codes import BAD_TEMPLATE, UNKNOWN_TEMPLATE
from ..diagnostics import Diagnostic, Span, in_order
from ..output import File
from ..util import closest, reached
from . import Generated

_PACKAGED: Final = Path(__file__).parents[1] / "templates"
_REPOSITORY: Final = Path(__file__).parents[2] / "templates"  # a checkout, editable


def folder(language: str) -> Path:
    """A target's templates: those of the installed package, or of the repository."""
    return (_PACKAGED if _PACKAGED.is_dir() else _REPOSITORY) / language


class OverrideError(Exception):
    """Templates of the user fail; ``diagnostics`` say which and why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics = diagnostics


class Templates:
    """A target's templates, in ``folder``; the user's own, in ``overrides``, take precedence.

    Generated files end in ``suffix``, and their templates in ``.jinja`` after that.  ``literal``
    is the filter that writes values; ``formatter`` formats the output of the user's templates.
    ``former`` says what to do instead of overriding a template of an earlier version, or any in
    a folder of that name.  A user's template that fails raises an OverrideError.
    """

    def __init__(
        self,
        folder: Path,
        suffix: str,
        literal: Callable[..., str],
        overrides: Path | None = None,
        formatter: Callable[[str], str] = str,  # some languages have no formatter in Python
        former: Mapping[str, str] | None = None,
    ) -> None:
        from jinja2 import Environment, FunctionLoader, StrictUndefined  # `check` needs none

        if overrides:  # which may be a stranger's, in a pull request
            from jinja2.sandbox import ImmutableSandboxedEnvironment as Environment

        self.folder = folder
        self.overridden = frozenset(_names(overrides) if overrides else ())
        self._suffix = suffix
        self._formatter = formatter
        self._former = former or {}
        self._overrides = overrides or Path()
        self._folders = [*filter(None, [overrides]), folder]
        self._environment = Environment(
            loader=FunctionLoader(self._source),
            autoescape=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["literal"] = literal

    def render(self, name: str, template: str = "", /, **context: object) -> File:
        """The file called ``name``, from the template of that name (or another) and ``.jinja``."""
        source = f"{template or name}.jinja"
        with self._blaming(source):
            text = self._environment.get_template(source).render(context)
            return File(name, self._formatted(source, text))

    def plain_file(self, source: str, name: str = "") -> File:
        """A file that is the same for every plan, called ``name`` if not like its source."""
        with self._blaming(source):
            return File(name or source, self._formatted(source, self._text(source)))

    def problems(self) -> Iterator[Diagnostic]:
        """An error for each of the user's files that is never used.

        A file is used if it overrides one of the target's, or if another that is used includes it.
        """
        ours = [each for each in _below(self.folder) if each.endswith((".jinja", self._suffix))]
        used = reached(self.overridden.intersection(ours), self._included)
        for name in sorted(self.overridden - used):
            help = self._former.get(name.partition("/")[0]) or _suggestion(name, ours)
            message = f"`{name}` does not override any template"
            yield UNKNOWN_TEMPLATE.at(self._span(name), message, help=help)

    def location(self, name: str, pattern: re.Pattern[str]) -> Span:
        """The line of the user's templates that ``pattern`` matches: in the one of that name, or
        in one that it may include; the beginning of the former if its output is computed."""
        for each in (name, *sorted(self.overridden - {name})):
            text = self._text(each)
            if found := pattern.search(text):
                return self._span(each, text.count("\n", 0, found.start()) + 1)
        return self._span(name)

    def _span(self, name: str, *position: int) -> Span:
        return Span(str(self._overrides / name), *position)

    def _text(self, name: str) -> str:
        found = self._source(name)
        if found is None:
            raise FileNotFoundError(name)
        return found[0]

    def _source(self, name: str) -> tuple[str, str, None] | None:
        """A template's text and its file, as a loader of Jinja's gives them; None if there is none.

        A link that leads out of the folder would copy any file of this machine into a package.
        """
        for folder in self._folders:
            path = os.path.normpath(folder / name)
            if disk.leads_out(path, folder) or os.path.lexists(path):
                raw = disk.read(path, within=folder)
                # Windows' editors may begin a file with a byte order mark.
                text = raw.decode("utf-8-sig").replace("\r\n", "\n")
                return text, path, None
        return None

    def _formatted(self, source: str, text: str) -> str:
        return self._formatter(text) if source in self.overridden else text

    def _included(self, name: str) -> Collection[str]:
        from jinja2 import TemplateError
        from jinja2.meta import find_referenced_templates

        try:
            parsed = self._environment.parse(self._text(name))
            return self.overridden.intersection(filter(None, find_referenced_templates(parsed)))
        except (OSError, ValueError, TemplateError):
            return ()  # rendering it reports the error

    @contextmanager
    def _blaming(self, name: str) -> Iterator[None]:
        """Turn an exception that the user's template of that name causes into an OverrideError."""
        try:
            yield
        except Exception as error:
            span = self._origin(error, name)
            if span is None:
                raise
            reason = getattr(error, "strerror", None) or str(error)
            words = reason.strip().splitlines() or [type(error).__name__]
            message = f"the template `{name}` fails: {words[0]}"
            raise OverrideError(BAD_TEMPLATE.at(span, message)) from error

    def _origin(self, error: Exception, name: str) -> Span | None:
        """The location of an error: the innermost frame in a template of the user, else ``name``.

        None if the user's templates are not involved.
        """
        from traceback import walk_tb

        if not self.overridden:
            return None
        inside = os.path.abspath(self._overrides) + os.sep
        frames = [(f.f_code.co_filename, line) for f, line in walk_tb(error.__traceback__)]
        within = [Span(*each) for each in frames if os.path.abspath(each[0]).startswith(inside)]
        if within or name not in self.overridden:
            return within[-1] if within else None
        # In the output of a Jinja template, black's line is not the template's.
        at = None if name.endswith(".jinja") else re.search(r": (\d+):(\d+)\b", str(error))
        return self._span(name, int(at[1]), max(1, int(at[2]))) if at else self._span(name)


def generated(
    templates: Templates, problems: Iterable[Diagnostic], files: Callable[[], Iterable[File]]
) -> Generated:
    """The files of a package, unless there are ``problems`` in the plan, or in templates."""
    found = in_order([*problems, *templates.problems()])
    if found:
        return Generated(diagnostics=found)
    try:
        return Generated(tuple(files()))
    except OverrideError as error:
        return Generated(diagnostics=error.diagnostics)


def printable(source: str, unsafe: str = "") -> str:
    """A file's name for the header of generated files: nothing in it ends the line."""
    return "".join(c if c.isprintable() and c not in unsafe else "?" for c in source)


def _suggestion(name: str, ours: Collection[str]) -> str:
    stems = {each.partition(".")[0]: each for each in ours}
    meant = closest(name.partition(".")[0], stems)
    return f"did you mean `{stems[meant]}`?" if meant else f"there is {', '.join(sorted(ours))}"


def _names(folder: Path) -> Iterator[str]:
    """The templates in a folder: what is in it, except hidden files and READMEs."""
    return (each for each in _below(folder) if not Path(each).name.startswith("README"))


def _below(folder: Path) -> list[str]:
    """The names of everything in a folder of templates, such as ``rules/object.jinja``."""
    found = disk.below(folder, ("__pycache__",))
    return sorted(Path(each).relative_to(folder).as_posix() for each in found)
