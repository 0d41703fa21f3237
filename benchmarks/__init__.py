"""Compares typewriter with public peers, in one run: ``python -m benchmarks``."""
