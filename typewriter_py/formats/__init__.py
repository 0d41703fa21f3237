"""Tracking plans in other formats: reading them into, and writing them from, the plan language."""
