"""Threads, forks, signals and the interpreter's exit."""
