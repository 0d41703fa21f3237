"""Words that names are made of: two of them that look alike are two words, not a typo.

Only words that differ from another one by a letter, and are plausible in a name; of a word
with two spellings (colour, color) at most one is listed.
"""

from __future__ import annotations

from typing import Final

WORDS: Final = frozenset(
    """
    able adapted adopted affect area arena backed bank base based batch beach bear beat bell
    belt bill billed bind bite blank block blocked boat bold bolt bond bone book boot bore bound
    brand bulk bull burn cable cake call card care carried carrier cart case cash cast cause
    cell chain chair chance change changed charge charged chart chat cheap chip click clicked
    clock clocked close closed coast coat code coin cold core corn cost count country county
    court create created crop cross crown data date dated dead deal dear deck desk dial dice
    dish disk dock done dose down draw drawn drive driven drop effect email extend extent face
    fact fail failed fair fall farm fast fear feed feel fell felt field file filed fill filled
    film find fine fire fired firm fish five fixed flag flat flight flow fold food foot form
    fort foul four free fuel full fund game gate gear gift give given gold good grade graded
    grand grant gross grown hair half hall hand hang hard head heap hear heard heart heat held
    help hide hill hire hired hold hole home hook hope horse host hosted hour house intent
    invent join kick kind king land lane last late lead lean least left lend lens less lift
    lifted light like liked line lined link linked list listed live lived load loan lock locked
    long look lose lost loved lower mail mailed main make male mall mark marked market mask mass
    match mate meal mean meat meet merge merged mile milk mill mind mine miss mode model month
    mood moon more most mount mouth move moved movie name named near neck need nest next nice
    node none noon note noted owed owned owner pace pack packed page paged paid paint pair
    parked part parted party pass past patch path peak pick picked pile pill pine pink pipe
    place placed plain plan plane planned plant planted plate play played player plot point poll
    pool port posed post posted pound power price priced prime print prize proof quit quite
    quote quoted race raced rage raid rail rain raise raised rang range rank rare rate rated
    reach read ready real remote remove removed rename renamed rent reset rest rice rich ride
    right ring rise risk road roast role roll roof room root rose round rule ruled safe said
    sail sale salt same sand save saved scale scaled score scored seal sealed seat seated seed
    seen self sell send sent served server shape shaped share shared shelf shell shift ship
    shipped shirt shop shore short shot show shown shut sick side sign silk sing sink site size
    skin skip skipped slide slip slot slow small snow soft soil sold sole some song sort sound
    space spare speed spell spend spent spot stage staged stake star stare start started state
    stated stay step stop store stored story suit suite table tail take taken tale talk tall
    tank tape task team tear tell tent term test text thank three tile till time timed tire
    title token toll tone tool tour town trace traced track tracked trade traded trail trailed
    train trained trait tree trial truck true tube tune turn type typed unit unite united used
    user vague value valued valve vast vote voted wage wait wake walk wall want ward warm warn
    wash watch wave weak wear week well west wide width wife wild will wind wine wing wire wired
    wise wish with wood word work world worn year yield zone zoom
    """.split()
)


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
_NOT_ACTIONS: Final = frozenset(
    """
    bed bleed breed creed deed embed exceed feed greed hundred indeed kindred need newsfeed
    proceed red sacred seed shed sled speed succeed weed wed wicked biped
    """.split()
)
PARTICLES: Final = frozenset("about across away back down in off on out over through up".split())
"""Words that belong to the verb before them, as in "signed up"."""


def is_action(word: str) -> bool:
    """Whether a lower-case word is a past participle, as far as its form tells."""
    regular = word.endswith("ed") and len(word) > 3 and word not in _NOT_ACTIONS
    return regular or word in _IRREGULAR
