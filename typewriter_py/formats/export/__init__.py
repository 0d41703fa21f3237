"""A plan written in the formats of others."""
