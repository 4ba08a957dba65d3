"""Measure: for every city and year how much there is, always inside the same outline."""

from cityebb.measure.along import gather_cells
from cityebb.measure.counts import mark_negative, panel_of_counts
from cityebb.measure.coverage import once_dense
from cityebb.measure.lit import measure_lit
from cityebb.measure.outlined import outlines_on_map, parts_of_outlines
from cityebb.measure.panel import measure, measure_regions
from cityebb.measure.parts import cells_of_cities, parts_of_cells, values_at
from cityebb.measure.within import within_by_code, within_by_outline

__all__ = [
    "cells_of_cities",
    "gather_cells",
    "mark_negative",
    "measure",
    "measure_lit",
    "measure_regions",
    "once_dense",
    "outlines_on_map",
    "panel_of_counts",
    "parts_of_cells",
    "parts_of_outlines",
    "values_at",
    "within_by_code",
    "within_by_outline",
]
