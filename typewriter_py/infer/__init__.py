"""A first plan from logs or code; logs are read in one pass, in bounded memory."""
