"""Which planned events does a code base really send?  Reads it as syntax; runs nothing.

Each file gives facts (``reader``), which a cache can keep; together they are resolved
(``resolve``) into a report (``result``).  ``codebase.audit`` does it all.
"""
