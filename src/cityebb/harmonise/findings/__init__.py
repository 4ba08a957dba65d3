"""The audit: what is odd in figures of units, item by item and never one number."""

from cityebb.harmonise.findings.publications import compare_publications
from cityebb.harmonise.findings.sums import (
    against_nation,
    against_parents,
    conserved,
    parents_beside_children,
)
from cityebb.harmonise.findings.units import (
    doubled,
    of_one_date,
    outside_the_mainland,
    unlisted,
    without_figure,
)
from cityebb.harmonise.findings.values import jumps, zeros
from cityebb.harmonise.findings.whole import audit

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
