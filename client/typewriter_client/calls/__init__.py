"""Turns a call into a message: arguments, options, scopes, values."""
