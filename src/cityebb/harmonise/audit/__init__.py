"""The audit: what is odd in figures of units, item by item and never one number."""

from cityebb.harmonise.audit.publications import compare_publications
from cityebb.harmonise.audit.sums import (
    against_nation,
    against_parents,
    conserved,
    parents_beside_children,
)
from cityebb.harmonise.audit.units import (
    doubled,
    of_one_date,
    outside_the_mainland,
    unlisted,
    without_figure,
)
from cityebb.harmonise.audit.values import jumps, zeros
from cityebb.harmonise.audit.whole import audit

__all__ = [
    "against_nation",
    "against_parents",
    "audit",
    "compare_publications",
    "conserved",
    "doubled",
    "jumps",
    "of_one_date",
    "outside_the_mainland",
    "parents_beside_children",
    "unlisted",
    "without_figure",
    "zeros",
]
