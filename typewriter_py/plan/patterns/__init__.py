"""Regular expressions of a plan: which it may use, and how long they can take."""
