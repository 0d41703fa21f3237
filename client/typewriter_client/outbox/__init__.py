"""Messages that outlive the process: a SQLite file, and whose messages are whose."""
