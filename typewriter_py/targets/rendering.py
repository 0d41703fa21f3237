"""Templates into files: where a target's templates are found, and the user's own before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic
from ..output import File
from .overrides import Overrides

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

    def plain_files(self) -> Iterator[File]:
        """The files that are the same for every plan."""
        for name in self._names(f"*{self.suffix}"):
            yield self.plain_file(name)

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
