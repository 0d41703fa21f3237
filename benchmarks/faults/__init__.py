"""What is lost when things go wrong: ours and the official SDK, with the same server."""
