"""Segment's Public API, as far as tracking plans go: https://docs.segmentapis.com/tag/Tracking-Plans/

Nothing here waits, reads a clock or talks to people but through ``World``, and ``requests``
is imported when the first connection is made.
"""
