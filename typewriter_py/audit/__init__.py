"""Which planned events does a code base really send?  Reads it as syntax; runs nothing.

One file at a time gives facts (``reader``), which a cache can keep; all together give their
meaning (``resolve``) and the report (``result``).  ``codebase.audit`` does it all.
"""
