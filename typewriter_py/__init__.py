"""Typed, validated analytics for Python, generated from a tracking plan."""

from __future__ import annotations

from typing import Final

__version__: Final = "0.1.0"
