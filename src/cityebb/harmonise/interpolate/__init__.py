"""Areal interpolation: by area, by mask, by what lies on the ground, or on a smooth surface."""

from cityebb.harmonise.interpolate.smooth import pycnophylactic
from cityebb.harmonise.interpolate.spread import Interpolated, interpolate
from cityebb.harmonise.interpolate.table import AreaTable, area_table, to_crosswalk
from cityebb.harmonise.interpolate.weigh import weigh

__all__ = [
    "AreaTable",
    "Interpolated",
    "area_table",
    "interpolate",
    "pycnophylactic",
    "to_crosswalk",
    "weigh",
]
