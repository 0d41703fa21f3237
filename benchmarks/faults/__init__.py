"""What is lost when things go wrong: ours beside the official SDK, on one loopback server."""
