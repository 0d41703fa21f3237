"""What a web request says about the user and the client that made it."""
