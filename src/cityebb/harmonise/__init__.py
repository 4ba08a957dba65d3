"""Harmonise: nouns of several epochs made comparable; years and joints that do not belong are named."""

from cityebb.harmonise.align import align_stacks
from cityebb.harmonise.breaks import find_breaks
from cityebb.harmonise.comparable import Comparable
from cityebb.harmonise.parameters import HarmoniseParameters

__all__ = ["Comparable", "HarmoniseParameters", "align_stacks", "find_breaks"]
