"""Measures typewriter beside public peers, in one run: ``python -m benchmarks``."""
