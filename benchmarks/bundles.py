"""The size of a Node application that sends three of the plan's events: bundled with esbuild,
minified, without Segment's SDK."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from . import ours, peers
from .process import FailedError, TooLongError, run

TOOLS: Final = Path(__file__).resolve().parent.parent / "tests" / "typescript"
_FUNCTION: Final = re.compile(r"^ *export function (\w+)\(", re.MULTILINE)
_SENT: Final = 3


def measure(folder: Path, others: list[peers.Peer], limit: float) -> Mapping[str, int]:
    """Bytes by generator, without those that could not be measured."""
    if shutil.which("node") is None or not (TOOLS / "node_modules").is_dir():
        return {}
    found = {ours.TYPESCRIPT: _bundled(folder, folder / ours.TYPESCRIPT_FOLDER / "events.ts")}
    for peer in others:
        if "Typewriter" not in peer.name:
            continue
        # Its production mode, which leaves out validation.
        command = [*peer.command[:-1], "prod"]
        try:
            run(command, cwd=folder / peer.folder, limit=limit)
            found[peer.name] = _bundled(folder, folder / peer.folder / peer.product)
        except (FailedError, TooLongError) as error:
            print(error, file=sys.stderr)
    return found


def _bundled(folder: Path, module: Path) -> int:
    """The bytes of an application that calls the first three functions for events."""
    text = module.read_text("utf-8")
    names = [name for name in _FUNCTION.findall(text) if re.search(r"\d$", name)][:_SENT]
    assert len(names) == _SENT
    package = module.parent.relative_to(folder).as_posix()
    app = folder / "app.ts"
    calls = "".join(f"{name}({{}} as never);\n" for name in names)
    imported = f'import {{ {", ".join(names)} }} from "./{package}/{module.stem}";\n'
    app.write_text(imported + calls)
    output = folder / "size.txt"
    shutil.copy(TOOLS / "bundle.mjs", folder)
    modules = folder / "node_modules"
    if not modules.is_symlink():
        modules.symlink_to(TOOLS / "node_modules")
    command = ["node", "bundle.mjs", "app.ts", "app.js", "node", "@segment/analytics-node"]
    run(command, cwd=folder, output=output)
    return int(output.read_text())
