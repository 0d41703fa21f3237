"""Helpers to write a plan, load it and inspect the result."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from typewriter_py.diagnostics import Diagnostic
from typewriter_py.plan.load import Loaded, load
from typewriter_py.plan.model import Event, Plan, Property


def load_text(text: str | bytes, files: Mapping[str, str | bytes] | None = None) -> Loaded:
    """The result of loading ``text``, with ``files`` next to it; its spans name ``plan.yaml``."""
    with TemporaryDirectory() as folder:
        return load_in(Path(folder), text, files)


def load_in(folder: Path, text: str | bytes, files: Mapping[str, str | bytes] | None) -> Loaded:
    for name, content in {"plan.yaml": text, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = textwrap.dedent(content).lstrip("\n").encode()
        path.write_bytes(content)
    loaded = load(folder / "plan.yaml")
    return relative(loaded, folder)


def relative(loaded: Loaded, folder: Path) -> Loaded:
    """The same with file names from ``folder``."""
    from dataclasses import replace

    def here(diagnostic: Diagnostic) -> Diagnostic:
        if diagnostic.span is None:
            return diagnostic
        file = diagnostic.span.file.removeprefix(f"{folder}/")
        message = diagnostic.message.replace(f"{folder}/", "")
        return replace(diagnostic, span=diagnostic.span._replace(file=file), message=message)

    diagnostics = tuple(map(here, loaded.diagnostics))
    sources = {k.removeprefix(f"{folder}/"): v for k, v in loaded.sources.items()}
    return replace(loaded, diagnostics=diagnostics, sources=sources)


def plan_of(text: str, files: Mapping[str, str | bytes] | None = None) -> Plan:
    """The plan in ``text``, which has no mistake (advice is fine)."""
    loaded = load_text(text, files)
    assert loaded.plan is not None, "\n".join(map(shown, loaded.diagnostics))
    return loaded.plan


def with_properties(properties: str, definitions: str = "") -> str:
    """A plan of one event, ``A``, with these properties."""
    text = "tracking_plan:\n"
    if definitions:
        text += "  definitions:\n" + textwrap.indent(textwrap.dedent(definitions).strip(), "    ")
    text += "\n" if definitions else ""
    text += "  rules:\n    events:\n      - name: A\n        rules:\n          properties:\n"
    return text + textwrap.indent(textwrap.dedent(properties).strip(), "            ") + "\n"


def property_of(schema: str, definitions: str = "") -> Property:
    """The property ``x`` of ``schema`` (flow style)."""
    return plan_of(with_properties(f"x: {schema}", definitions)).events[0].properties.properties[0]


def event(text: str, files: Mapping[str, str | bytes] | None = None) -> Event:
    """The only event of a plan."""
    (found,) = plan_of(text, files).events
    return found


def properties(event: Event) -> dict[str, Property]:
    return {each.name: each for each in event.properties.properties}


def shown(diagnostic: Diagnostic) -> str:
    """``line:column CODE message (help)``, as the tables of the tests write it."""
    span = diagnostic.span
    place = f"{span.line}:{span.column}" if span else "-"
    if span and span.file != "plan.yaml":
        place = f"{span.file}:{place}"
    help = f" ({diagnostic.help})" if diagnostic.help else ""
    return f"{place} {diagnostic.code} {diagnostic.message}{help}"


def complaints(text: str | bytes, files: Mapping[str, str | bytes] | None = None) -> list[str]:
    return list(map(shown, load_text(text, files).diagnostics))
