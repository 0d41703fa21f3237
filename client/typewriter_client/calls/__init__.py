"""A call becomes a message: arguments, options, scopes, values."""
