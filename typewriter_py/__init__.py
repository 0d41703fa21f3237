"""Typed, validated analytics for Python, generated from a tracking plan."""

__version__ = "0.1.0"
