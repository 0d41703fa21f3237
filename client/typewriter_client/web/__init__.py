"""What a web request says of whose it is."""
