"""Harmonise: nouns of several epochs made comparable; years, joints and boundaries that moved are named."""

from cityebb.harmonise._regions import regions_of
from cityebb.harmonise.align import align_stacks
from cityebb.harmonise.beside import Beside
from cityebb.harmonise.breaks import find_breaks
from cityebb.harmonise.changes import Changes
from cityebb.harmonise.comparable import Comparable
from cityebb.harmonise.counts import ComparableCounts, make_counts_comparable
from cityebb.harmonise.decompose import decompose
from cityebb.harmonise.outlines import Outlines
from cityebb.harmonise.parameters import HarmoniseParameters
from cityebb.harmonise.service import correct_service, sampling_error

__all__ = [
    "Beside",
    "Changes",
    "Comparable",
    "ComparableCounts",
    "HarmoniseParameters",
    "Outlines",
    "align_stacks",
    "correct_service",
    "decompose",
    "find_breaks",
    "make_counts_comparable",
    "regions_of",
    "sampling_error",
]
