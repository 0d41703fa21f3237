"""Broken inputs for every command: none may end in a traceback, hang, or be half done.

``make fuzz`` runs many, the tests a few.  Each run is a function of the seed and its number, so
what one machine finds, another finds too.
"""
