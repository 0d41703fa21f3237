"""What is compared: files, folders, revisions; and the plans in them, side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..config import locate
from ..diagnostics import Diagnostic, Severity, Span, has_errors
from ..plan.files import DISK, Tree, resolved
from ..plan.load import Loaded, load
from ..plan.model import Plan
from . import codes
from .git import PREFIX, Revision, revision

_ENDINGS: Final = (".yaml", ".yml", ".json")
_WORD: Final = "tracking_plan"
"""What every plan contains."""
_FEW: Final = 3  # plans of a revision that a message names


@dataclass(frozen=True, slots=True)
class Side:
    """A file or folder of a tree: ``path`` is its path there, ``said`` what the user wrote.

    ``path`` is None if it is that of the other side (``git:REV``); once it has been taken from
    there, it is ``implied``.
    """

    said: str
    tree: Tree
    path: Path | None
    implied: bool = False

    @property
    def shown(self) -> str:
        """Its name in messages."""
        return f"{self.tree.prefix}{self.path}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two plans to compare; ``old`` is None if there was none, ``new`` is empty if there is none
    any more."""

    old: Plan | None
    new: Plan


def side(text: str, folder: Path) -> Side | Diagnostic:
    """What ``text`` names, relative to ``folder``: a path, ``package:NAME/PATH``, ``git:REV`` or
    ``git:REV:PATH``."""
    if not text.startswith(PREFIX):
        found = locate(text)
        return found if isinstance(found, Diagnostic) else Side(text, DISK, Path(found.path))
    name, colon, path = text.removeprefix(PREFIX).partition(":")
    tree = revision(name, folder)
    if isinstance(tree, Diagnostic):
        return tree
    if path.startswith(("./", "../")) or path == ".":
        path = os.path.join(tree.here, path)
    return Side(text, tree, Path(os.path.normpath(path)) if colon else None)


def completed(one: Side, other: Side) -> Side | Diagnostic:
    """``one``, with the path of ``other`` if it has none of its own."""
    if one.path is not None or other.path is None:
        return one
    if isinstance(other.tree, Revision) or not isinstance(one.tree, Revision):
        return Side(one.said, one.tree, other.path, implied=True)
    root = resolved(one.tree.root)
    path = resolved(other.path)
    if not path.is_relative_to(root):
        message = f"{other.said} is outside the repository, so `{one.said}` cannot contain it"
        return codes.NOT_IN_REVISION.at(None, message, help=f"name a path: `{one.said}:PATH`")
    return Side(one.said, one.tree, path.relative_to(root), implied=True)


def plans(old: Side, new: Side) -> tuple[list[Compared], list[Diagnostic], dict[str, str]]:
    """The plans of both sides in pairs, the problems with reading them, and all texts read."""
    sides = [_read("old", old), _read("new", new)]
    texts = {k: text for _, _, read in sides for k, text in read.items()}
    problems = [each for _, found, _ in sides for each in found]
    if has_errors(problems):
        return [], problems, texts
    before, after = sides[0][0], sides[1][0]
    if len(before) == len(after) == 1:
        after = dict(zip(before, after.values(), strict=True))
    nothing = Plan("", span=Span(new.shown))
    names = [*after, *(name for name in before if name not in after)]
    pairs = [Compared(before.get(name), after.get(name, nothing)) for name in names]
    return pairs, problems, texts


def _read(which: str, one: Side) -> tuple[dict[str, Plan], list[Diagnostic], dict[str, str]]:
    """The plans of a side, by their paths in it."""
    assert one.path is not None
    tree, path = one.tree, one.path
    looks = tree.exists, tree.is_dir, tree.is_file
    if isinstance(tree, Revision) and not any(look(path) for look in looks):
        earlier = tree.renamed(path) if one.implied else path
        if earlier == path:
            return {}, [_missing(which, one, tree, path)], {}
        path = earlier
    found = _of_folder(tree, path) if tree.is_dir(path) else {"": load(path, tree=tree)}
    if not found:
        message = f"the folder {one.shown} contains no plan"
        return {}, [codes.NO_PLAN_IN_FOLDER.at(None, message, help="name a file")], {}
    texts = {k: text for loaded in found.values() for k, text in loaded.sources.items()}
    invalid = [each for loaded in found.values() for each in _invalid(which, loaded)]
    return {n: each.plan for n, each in found.items() if each.plan}, invalid, texts


def _missing(which: str, one: Side, tree: Revision, path: Path) -> Diagnostic:
    """The finding that a revision lacks the path; no error if the new plan is the first one."""
    elsewhere = tree.mentioning(_WORD, _ENDINGS) if one.implied else None
    if which == "old" and elsewhere == []:
        message = f"revision `{tree.name}` has no plan yet, so all of this one is new"
        return codes.NOT_IN_REVISION.graded(Severity.INFO).at(None, message)
    help = "the path starts at the repository's root; a new plan has no older version"
    if tree.here and tree.is_file(Path(tree.here, path)):
        help = f"did you mean `{tree.prefix}./{path}`?"
    elif elsewhere and len(elsewhere) <= _FEW:
        named = " or ".join(f"`{tree.prefix}{each}`" for each in elsewhere)
        help = f"if it was elsewhere then, name that path: {named}"
    message = f"revision `{tree.name}` has no `{path}`"
    return codes.NOT_IN_REVISION.at(None, message, help=help)


def _invalid(which: str, loaded: Loaded) -> Iterator[Diagnostic]:
    """Its errors, preceded by a line that says which plan has them."""
    errors = [each for each in loaded.diagnostics if each.severity is Severity.ERROR]
    file = next(iter(loaded.sources), None)
    if errors and file is not None:
        message = f"the {which} plan is not valid, so nothing is compared"
        yield codes.INVALID_SIDE.at(Span(file), message)
    yield from errors


def _of_folder(tree: Tree, path: Path) -> dict[str, Loaded]:
    """Every plan in a folder, by its path there; what others include is part of them."""
    names = [name for name in tree.matching("**/*", path) if name.endswith(_ENDINGS)]
    found = {n: load(path / n, tree=tree) for n in sorted(names) if _is_plan(tree, path / n)}
    included = {resolved(file, tree) for loaded in found.values() for file in loaded.files[1:]}
    mains = {name: resolved(each.files[0], tree) for name, each in found.items()}
    return {name: each for name, each in found.items() if mains[name] not in included} or found


def _is_plan(tree: Tree, file: Path) -> bool:
    """Whether a file is a plan; one that cannot be read might be, so that loading reports it."""
    try:
        return _WORD.encode() in tree.read(file)
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return False
    except OSError:
        return True
