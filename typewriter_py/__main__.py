"""``python -m typewriter_py`` is ``typewriter``."""

from .cli import main

if __name__ == "__main__":
    main()
