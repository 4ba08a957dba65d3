"""The ledger: dated changes of boundaries, and what follows from them for figures of several epochs.

A ledger (``model.LEDGER``) has one row for each link of an event: from the unit before to the unit after,
with the share of people that passes. What the kinds mean:

``rename``, ``upgrade``
    One row; the same people under a new name, rank or code.
``merge``
    A row for each unit that ends in another; all its people pass.
``split``
    A row for each part, also for the part that keeps the code; shares sum to 1.
``transfer``
    The unit goes on; the share given passes, the rest stays.
``creation``
    ``from_unit`` empty: made out of no unit that is known.
``abolition``
    ``to_unit`` empty: ended, and nobody says where its people belong.

As a file, one line a link; ``event_id``, ``date``, ``kind`` and ``confidence`` are always filled::

    event_id,date,kind,from_unit,from_name,to_unit,to_name,share,share_of,people,evidence,confidence
    1,2001-05,transfer,110,Old Town,120,Riverside,0.25,people,5000,Gazette 12/2001,certain
    2,2004,split,130,Hills,130,Hills,0.7,people,,Statute 9,certain
    2,2004,split,130,Hills,131,Upper Hills,0.3,people,,Statute 9,certain
    3,2011-08-22,merge,120,Riverside,110,Old Town,1,people,,Order 7,certain

Events of one moment are put in the order in which each finds what it needs: a unit gives before it ends, and
a code in use is free before another unit takes it. Two units that exchange their codes do so in one event.
People may pass to a code that had ended: that is how lists write a unit set up again.

An event lies between the epochs *a* and *b* if *a* < date ≤ *b*; a year or a month counts as its last day,
for events and for epochs alike.
"""

from cityebb.harmonise.ledger.check import CheckedLedger, check_ledger
from cityebb.harmonise.ledger.contradicted import contradicted
from cityebb.harmonise.ledger.crosswalk import Placed, apply_crosswalk, chain, crosswalk, reverse
from cityebb.harmonise.ledger.dates import between, moments
from cityebb.harmonise.ledger.hidden import hidden_people
from cityebb.harmonise.ledger.left_out import left_out
from cityebb.harmonise.ledger.mending import joined_where_unknown, normalised
from cityebb.harmonise.ledger.parts import shares_from_parts
from cityebb.harmonise.ledger.same_year import after_the_count
from cityebb.harmonise.ledger.units import ConsistentUnits, Grouped, consistent_units, to_groups
from cityebb.harmonise.ledger.vintage import place_on_vintage

__all__ = [
    "CheckedLedger",
    "ConsistentUnits",
    "Grouped",
    "Placed",
    "after_the_count",
    "apply_crosswalk",
    "between",
    "chain",
    "check_ledger",
    "consistent_units",
    "contradicted",
    "crosswalk",
    "hidden_people",
    "joined_where_unknown",
    "left_out",
    "moments",
    "normalised",
    "place_on_vintage",
    "reverse",
    "shares_from_parts",
    "to_groups",
]
