"""A first plan from a log: what is sent, counted in one pass, in memory that is bounded."""
