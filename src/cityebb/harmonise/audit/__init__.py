"""The audit: what is odd in figures of units, item by item and never one number."""

from cityebb.harmonise.audit.ledger import contradictions
from cityebb.harmonise.audit.names import renamed
from cityebb.harmonise.audit.parents import families
from cityebb.harmonise.audit.publications import compare_publications
from cityebb.harmonise.audit.sums import (
    against_nation,
    against_parents,
    conserved,
    parents_beside_children,
)
from cityebb.harmonise.audit.uncoded import uncoded_within
from cityebb.harmonise.audit.units import (
    doubled,
    of_one_date,
    outside_the_mainland,
    unlisted,
    without_figure,
)
from cityebb.harmonise.audit.values import exchanged, jumps, zeros
from cityebb.harmonise.audit.whole import audit

__all__ = [
    "against_nation",
    "against_parents",
    "audit",
    "compare_publications",
    "conserved",
    "contradictions",
    "doubled",
    "exchanged",
    "families",
    "jumps",
    "of_one_date",
    "outside_the_mainland",
    "parents_beside_children",
    "renamed",
    "uncoded_within",
    "unlisted",
    "without_figure",
    "zeros",
]
