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

An event lies between the epochs *a* and *b* if *a* < date ≤ *b*; a year or a month counts as its last day,
for events and for epochs alike.
"""

from cityebb.harmonise.ledger.check import CheckedLedger, check_ledger
from cityebb.harmonise.ledger.crosswalk import Placed, apply_crosswalk, chain, crosswalk, reverse
from cityebb.harmonise.ledger.dates import between, moments
from cityebb.harmonise.ledger.units import ConsistentUnits, consistent_units, to_groups
from cityebb.harmonise.ledger.vintage import place_on_vintage

__all__ = [
    "CheckedLedger",
    "ConsistentUnits",
    "Placed",
    "apply_crosswalk",
    "between",
    "chain",
    "check_ledger",
    "consistent_units",
    "crosswalk",
    "moments",
    "place_on_vintage",
    "reverse",
    "to_groups",
]
