"""How the cost of each command grows with each dimension of its input.

``python -m benchmarks.growth [WORD]`` prints the table, for the cases with that word alone.
"""
