"""The outbox: messages that outlive the process, in a SQLite file, and who sends them."""
