"""A plan and Segment's copy of it, kept in step: what changed where, and how to settle it."""
