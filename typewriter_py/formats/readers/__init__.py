"""Plans in other formats, recognised and read into rules.

Each form has a module: ``recognises(documents)`` says whether they are of that form,
``rules_in(documents, name)`` reads them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ...diagnostics import Diagnostic, Span, has_errors
from ...plan import json_reader, yaml_reader
from ...plan.document import Document, Map
from ...plan.files import read_text
from ...plan.metaschema import kind as kind_of
from ...util import readable, without_gc
from .. import codes
from ..rules import RuleSet
from . import json_schemas, openapi, rudderstack, segment, spreadsheet
from .table import has_header

FORMS: Final = (rudderstack, segment, openapi, json_schemas, spreadsheet)
"""In the order in which they are tried."""

SUFFIXES: Final = (".json", ".yaml", ".yml")
"""Files of a folder that are read; so are those that Iglu's registries call by a version."""

_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")


@dataclass(frozen=True, slots=True)
class Source:
    """The result of reading a source.

    ``rules`` is None if and only if there is an error; ``texts`` are the files that were read,
    by the names that spans have.
    """

    rules: RuleSet | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str] = field(default_factory=dict)


@without_gc()
def read_source(path: str, given: str | None = None) -> Source:
    """The plan at ``path``, a file or a folder; ``given`` is its text if that is known."""
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    folder = given is None and os.path.isdir(path)
    for file in (
        rudderstack.files_in(path, SUFFIXES, also=json_schemas.REVISION) if folder else [path]
    ):
        content = given if given is not None else _workbook(file) or _text(file, path, folder)
        if isinstance(content, Diagnostic):
            problems.append(content)
        else:
            texts[file] = content
    documents = [document_of(file, content) for file, content in texts.items()]
    problems += [each for document in documents for each in document.diagnostics]
    if has_errors(problems):
        return Source(None, tuple(problems), texts)
    if not documents:
        message = f"no file in {path} ends in {', '.join(SUFFIXES)}"
        problem = codes.NOT_RECOGNISED.at(Span(path), message)
        return Source(None, (problem,), texts)
    name = "Tracking plan" if path.startswith("<") else readable(Path(path).stem)
    rules, found = _rules(documents, name)
    if given is None and not folder and rudderstack.unresolved(found):
        rules, found, others = rudderstack.read_around(documents[0], name, document_of)
        texts |= others
    return Source(rules, (*problems, *found), texts)


def _text(file: str, path: str, folder: bool) -> str | Diagnostic:
    """The text of a file that the user has named, or of one in the folder ``path``."""
    if folder:
        return read_text(Path(file), file, within=path)
    return read_text(Path(file), file, pipe=True)


def document_of(file: str, content: str) -> Document:
    """The document in a text: JSON if it looks like JSON, else YAML; a table is not parsed."""
    suffix = Path(file).suffix.lower()
    if suffix in spreadsheet.SUFFIXES or (suffix not in SUFFIXES and has_header(content)):
        return Document(file, content, None, ())
    start = content.lstrip("\ufeff \t\r\n")[:1]
    if suffix == ".json" or start in ("{", "[", "<", ""):
        found = json_reader.read(file, content)
        if not found.diagnostics or suffix not in (".yaml", ".yml") or start == "<":
            return found
    return yaml_reader.read(file, content)


def _workbook(file: str) -> Diagnostic | None:
    """Report a spreadsheet program's own file, which may contain more than a plan."""
    if Path(file).suffix.lower() not in _WORKBOOKS:
        return None
    help = "save the sheet with the plan as CSV, in UTF-8, and import that"
    return codes.NOT_RECOGNISED.at(Span(file), "this is a workbook, not a table", help=help)


def _rules(documents: list[Document], name: str) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    for form in FORMS:
        if form.recognises(documents):
            found: tuple[RuleSet | None, tuple[Diagnostic, ...]] = form.rules_in(documents, name)
            return found
    plans = [document.file for document in documents if segment.recognises([document])]
    if len(documents) > 1 and plans:
        message = f"{plans[0]} is a whole plan, but not the only file in this folder"
        help = f"import just that file: {plans[0]}"
        problem = codes.SEVERAL_PLANS.at(Span(plans[0]), message, help=help)
        return None, (problem,)
    return None, (_not_recognised(documents[0]),)


def _not_recognised(document: Document) -> Diagnostic:
    data, span = document.data, Span(document.file)
    help = "`typewriter explain TW500` lists what an import reads"
    if not isinstance(data, Map):
        message = f"a plan must be a mapping, not {kind_of(data)}"
    elif "tracking_plan" in data:
        message, help = "this is already a typewriter plan", "use it as it is, or `include:` it"
    elif "error" in data or "errors" in data:
        message = "this is the error message of an API, not a plan"
        help = "fetch it again; `typewriter pull` reports what is wrong"
    else:
        keys = ", ".join(f"`{key}`" for key in [*data][:6])
        message = "this is not a known format of a tracking plan: "
        message += f"its top-level keys are {keys}" if keys else "it is empty"
    return codes.NOT_RECOGNISED.at(span, message, help=help)
