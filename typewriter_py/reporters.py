"""Diagnostics as text for people, and as JSON, GitHub annotations and SARIF for machines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from . import __version__
from .diagnostics import Code, Diagnostic, Severity, Span
from .text import excerpt, json_text, printable, without_marks

_COLOURS: Final = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_NAMES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""What SARIF and people call them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a reporter knows in addition to the diagnostics.

    ``sources`` has the text of the files that spans point into, ``root`` is the folder that
    paths for machines are relative to (the repository), ``columns`` the terminal's width.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    root: Path = field(default_factory=Path.cwd)
    colour: bool = False
    columns: int = 100


def render(diagnostics: Sequence[Diagnostic], form: str, scene: Scene) -> str:
    """``diagnostics`` in one of ``FORMATS``, every line terminated; no text if there are none."""
    return FORMATS[form](diagnostics, scene)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many there are of each severity: "2 errors and 1 warning"."""
    found = [diagnostic.severity for diagnostic in diagnostics]
    counts = [(found.count(severity), name) for severity, name in _NAMES.items()]
    words = [f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 2 else words)


# --- text ------------------------------------------------------------------------------------


def _text(diagnostics: Sequence[Diagnostic], scene: Scene) -> str:
    split = {file: text.split("\n") for file, text in scene.sources.items()}
    lines: list[str] = []
    for diagnostic, following in zip_longest(diagnostics, diagnostics[1:]):
        lines.append(_headline(diagnostic, scene.colour))
        source = _source(diagnostic, split, scene)
        lines += source
        # Consecutive findings without excerpts and with the same help (stale files) show it once.
        if diagnostic.help and (source or not following or following.help != diagnostic.help):
            lines += _note("help", diagnostic.help, scene.colour)
        for span, note in diagnostic.related:
            lines += _note("note", f"{span}: {note}", scene.colour)
    return "".join(f"{line}\n" for line in lines)


def _headline(diagnostic: Diagnostic, colour: bool) -> str:
    span, severity = diagnostic.span, diagnostic.severity
    location = f"{_paint(printable(str(span)), '1', colour)}: " if span else ""
    code = _paint(diagnostic.code, f"1;{_COLOURS[severity]}", colour)
    kind = "" if severity is Severity.ERROR else f"{severity.value}: "
    return f"{location}{code} {kind}{printable(diagnostic.message)}"


def _source(diagnostic: Diagnostic, split: Mapping[str, Sequence[str]], scene: Scene) -> list[str]:
    span = diagnostic.span
    lines = split.get(span.file, ()) if span else ()
    if not span or not 0 < span.line <= len(lines):
        return []
    number = f"{span.line:>5}"
    limit = max(30, scene.columns - len(number) - 4)
    line, marks = excerpt(lines[span.line - 1], span, limit)
    gutter = _paint("|", "34", scene.colour)
    marks = _paint(marks, f"1;{_COLOURS[diagnostic.severity]}", scene.colour)
    return [
        f"{_paint(number, '34', scene.colour)} {gutter} {line}".rstrip(),
        f"{' ' * len(number)} {gutter} {marks}",
    ]


def _note(label: str, text: str, colour: bool) -> list[str]:
    first, *more = text.split("\n")
    head = f"      {_paint('=', '34', colour)} {label}: "
    indent = " " * (len(label) + 10)
    return [head + printable(first), *(indent + printable(line) for line in more)]


def _paint(text: str, style: str, colour: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if colour else text


# --- for machines ----------------------------------------------------------------------------


def _json(diagnostics: Sequence[Diagnostic], scene: Scene) -> str:
    return json_text([
        {
            "code": each.code,
            "name": each.kind.name,
            "severity": each.severity.value,
            "message": each.message,
            "help": each.help,
            **_json_location(each.span),
            "related": [{"message": note, **_json_location(span)} for span, note in each.related],
        }
        for each in diagnostics
    ], ascii=True)  # fmt: skip


def _json_location(span: Span | None) -> dict[str, Any]:
    values = (*span[:3], span.column + span.length) if span else (None,) * 4
    return dict(zip(("file", "line", "column", "end_column"), values, strict=True))


def _github(diagnostics: Sequence[Diagnostic], scene: Scene) -> str:
    """Workflow commands, which GitHub shows next to the lines of a pull request.

    https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(f"{_github_command(diagnostic, scene)}\n" for diagnostic in diagnostics)


def _github_command(diagnostic: Diagnostic, scene: Scene) -> str:
    level = "notice" if diagnostic.severity is Severity.INFO else diagnostic.severity.value
    fields = {"title": f"{diagnostic.code} {diagnostic.kind.name}"}
    span = diagnostic.span
    if span:
        fields = {
            "file": _relative(span.file, scene.root),
            "line": str(span.line),
            "col": str(span.column),
            "endColumn": str(span.column + span.length - 1),
            **fields,
        }
    text = _with_help(diagnostic)
    for location, note in diagnostic.related:
        text += f"\n{location}: {note}"
    lines = "\n".join(printable(line) for line in text.split("\n"))
    properties = [f"{key}={_escaped(printable(value), ':,')}" for key, value in fields.items()]
    return without_marks(f"::{level} {','.join(properties)}::{_escaped(lines)}")


def _with_help(diagnostic: Diagnostic) -> str:
    return diagnostic.message + (f"\n{diagnostic.help}" if diagnostic.help else "")


def _escaped(text: str, more: str = "") -> str:
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _sarif(diagnostics: Sequence[Diagnostic], scene: Scene) -> str:
    """SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html."""
    by_number = {diagnostic.code: diagnostic.kind for diagnostic in diagnostics}
    numbers = sorted(by_number)  # one kind may occur with several severities in one run
    rules = [_sarif_rule(by_number[number]) for number in numbers]
    driver = {"name": "typewriter", "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _sarif_result(each, numbers.index(each.code), scene)
            | {"partialFingerprints": {"typewriter/v1": fingerprint}}
            for each, fingerprint in zip(
                diagnostics, _fingerprints(diagnostics, scene), strict=True
            )
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json_text({"$schema": schema, "version": "2.1.0", "runs": [run]}, ascii=True)


def _fingerprints(diagnostics: Sequence[Diagnostic], scene: Scene) -> list[str]:
    """What identifies a finding while lines above it come and go: its kind, file and message,
    and its number among those that share all three."""
    from hashlib import sha256

    seen: Counter[str] = Counter()
    prints = []
    for each in diagnostics:
        file = _relative(each.span.file, scene.root) if each.span else ""
        key = f"{each.code}\0{file}\0{each.message}"
        seen[key] += 1
        whole = f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")
        prints.append(sha256(whole).hexdigest()[:32])
    return prints


def _sarif_rule(kind: Code) -> dict[str, Any]:
    doc = kind.doc.strip()
    what = {"text": " ".join(doc.split("\n\n")[0].split())}
    return {
        "id": kind.number,
        "name": "".join(word.capitalize() for word in kind.name.split("-")),
        "shortDescription": what,
        "fullDescription": what,
        "help": {"text": doc, "markdown": doc},
        "defaultConfiguration": {"level": _NAMES[kind.severity]},
    }


def _sarif_result(diagnostic: Diagnostic, rule: int, scene: Scene) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": _NAMES[diagnostic.severity],
        "message": {"text": _with_help(diagnostic)},
    }
    if diagnostic.span:
        result["locations"] = [_sarif_location(diagnostic.span, scene)]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"id": index, "message": {"text": note}, **_sarif_location(span, scene)}
            for index, (span, note) in enumerate(diagnostic.related)
        ]
    return result


def _sarif_location(span: Span, scene: Scene) -> dict[str, Any]:
    from urllib.parse import quote

    path = _encodable(_relative(span.file, scene.root))
    uri = Path(path).as_uri() if os.path.isabs(path) else quote(os.fsencode(path))
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endColumn": span.column + span.length,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _encodable(path: str) -> str:
    """The path as a file's name can be: a report may come from anywhere."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return path.encode("utf-8", "replace").decode()
    return path


def _relative(file: str, root: Path) -> str:
    """``file`` relative to ``root``, with forward slashes; absolute if it is outside."""
    path = Path(os.path.abspath(file))
    base = Path(os.path.abspath(root))
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


FORMATS: Final[Mapping[str, Callable[[Sequence[Diagnostic], Scene], str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
"""The values of ``--output-format``."""
