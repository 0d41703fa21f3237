"""The tracking plans of Segment's Public API: https://docs.segmentapis.com/tag/Tracking-Plans/

Nothing here waits, reads a clock or prints except through ``Environment``, and ``requests`` is
imported only when the first connection is made.
"""
