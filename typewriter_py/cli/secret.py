"""Where the token of Segment's API comes from: the environment, or a command that prints it."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import Final

from ..diagnostics import Diagnostic
from ..interchange.api.token import VARIABLE, Token, token_of
from ..interchange.sync.codes import NO_TOKEN

_PATIENCE: Final = 120  # seconds: a password manager may ask for a password


def token(option: str | None, configured: str | None) -> Token | Diagnostic:
    """The token: of the command that is given, else of the environment, else of the command
    in the configuration."""
    variable = os.environ.get(VARIABLE)
    if option is None and variable is not None:
        return token_of(variable, f"the environment variable {VARIABLE}")
    command = option or configured
    if command is None:
        message = "there is no token for Segment's Public API"
        help = f"set {VARIABLE}, or give a command that prints it: --token-command"
        return NO_TOKEN.at(None, message, help=help)
    return _printed(command)


def _printed(command: str) -> Token | Diagnostic:
    try:
        words = shlex.split(command)
    except ValueError as error:
        return NO_TOKEN.at(None, f"the token command cannot be understood: {error}")
    if not words:
        return NO_TOKEN.at(None, "the token command is empty")
    name = f"the token command `{words[0]}`"
    try:
        # What it prints is the secret; what it says or asks goes to the user as it comes.
        done = subprocess.run(words, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return NO_TOKEN.at(None, f"{name} did not end within {_PATIENCE} s")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        return NO_TOKEN.at(None, f"{name} cannot be run: {reason}")
    if done.returncode:
        return NO_TOKEN.at(None, f"{name} failed with status {done.returncode}")
    return token_of(done.stdout.decode(errors="replace"), name)
