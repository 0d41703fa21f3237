"""Which English words say what happened: the actions that end an event's name."""

from __future__ import annotations

from typing import Final

_IRREGULAR: Final = frozenset(
    """
    arisen awoken beaten become begun bent bet bid bitten blown bought bound bred broken brought
    broadcast built burnt burst cast caught chosen come crept cut dealt done drawn dreamt
    driven drunk dug eaten fallen fed felt fit fled flown forbidden forgotten forgiven fought
    found frozen given gone got gotten ground grown had heard held hidden hit hung hurt input
    kept knelt knit known laid lain lent led left let lit lost made meant met mistaken offset
    outgrown overridden overdrawn overwritten paid proven put quit ran read rebuilt redone resent
    reset rerun rewritten ridden risen run rung said sat seen sent set sewn shaken shed shot
    shown shrunk shut slept slid sold sought spent spilt split spoken spread sprung spun stolen
    stood struck stuck sung sunk swept sworn swum swung taken taught thought thrown told torn
    understood undone unsent upset withdrawn woken won worn wound woven written
    """.split()
)
_NO_ACTIONS: Final = frozenset(
    """
    bed bleed breed creed deed embed exceed feed greed hundred indeed kindred need newsfeed
    proceed red sacred seed shed sled speed succeed weed wed wicked biped
    """.split()
)
_PARTICLES: Final = frozenset("about across away back down in off on out over through up".split())


def is_action(word: str) -> bool:
    """Whether a word in small letters is a past participle, as far as its form tells."""
    if word in _IRREGULAR:
        return True
    return word.endswith("ed") and len(word) > 3 and word not in _NO_ACTIONS


def is_particle(word: str) -> bool:
    """Whether it belongs to the verb before it, as in "signed up"."""
    return word in _PARTICLES
