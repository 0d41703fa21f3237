"""Keeps a plan and its copy at Segment in sync: what changed where, and how to reconcile it."""
