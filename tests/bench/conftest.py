"""Makes the benchmarks importable: their plans and conversions are what these tests use."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
