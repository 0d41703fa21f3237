"""``python -m analytics outbox``, by the package's own name: what waits to be sent."""

from __future__ import annotations

import sys

from ._client.console import main

if __name__ == "__main__":
    sys.exit(main())
