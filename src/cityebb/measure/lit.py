"""Where light went: the lit area of a city, how bright that is, and the edge that went dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.grids import sums
from cityebb.measure.parts import values_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cityebb.delineate import Cities
    from cityebb.grids import Cells

    Floats = NDArray[np.float64]


def measure_lit(
    cells: Cells, cities: Cities, source: str, before: Sequence[int], after: Sequence[int], *, floor: float
) -> pd.DataFrame:
    r"""Tell the light of every city at two dates apart into how much is lit and how brightly.

    Parameters
    ----------
    cells
        Candidate cells with all years' values.
    cities
        Cities delineated on these cells; their outlines are the same at both dates.
    source
        Name of the stack.
    before, after
        Years of which each cell's mean is taken.
    floor
        A cell counts as lit from this value on, in the stack's ``mean_unit``; with 0 from anything above it.

    Returns
    -------
    DataFrame
        Indexed by ``city_id``: ``outline_*`` (light per km² of the whole outline), ``lit_*`` (km² of lit
        cells), ``density_*`` (mean light of lit cells), their changes, ``kept_change`` (light of the cells
        lit at both dates) and ``edge_share``. NaN where nothing is lit, or was.

    Notes
    -----
    With :math:`v` the light of a cell per km², :math:`a` its area and :math:`L_t` the cells lit at
    :math:`t`, the density is :math:`\sum_{L_t} a v_t / \sum_{L_t} a`. A city that loses its lit edge falls in
    sum and not in density. Density alone is no proof of that: where everything dims alike, cells at the edge
    fall below the floor, and the mean of the rest falls by less than the light. So two figures look at the
    same cells at both dates: ``kept_change`` is the change of :math:`\sum a v` over :math:`L_0 \cap L_1`, and
    ``edge_share`` what went with the cells of :math:`L_0 \setminus L_1`,

    .. math:: \frac{\sum_{L_0 \setminus L_1} a (v_0 - v_1)}{\sum a v_0 - \sum a v_1},

    told where the city lost light; above 1 where the rest gained. Cells without a value at either date are
    left out of both. Cost: eight sums over the cells of cities.
    """
    stack = cells.stacks[source]
    areas = cells.areas_km2()
    first, last = values_at(cells, cities.labels, source, (tuple(before), tuple(after)))
    if stack.kind == "count":
        first, last = first / areas, last / areas
    known = np.isfinite(first) & np.isfinite(last)
    was, is_lit = (known & ((value >= floor) if floor > 0 else (value > 0)) for value in (first, last))

    def added(value: Floats | float, where: NDArray[np.bool_]) -> Floats:
        return sums(cities.labels, np.where(where, np.nan_to_num(value) * areas, 0.0))

    before_all, after_all, area = added(first, known), added(last, known), added(1.0, known)
    lit_before, lit_after = added(1.0, was), added(1.0, is_lit)
    gone = added(first - last, was & ~is_lit)
    core = was & is_lit
    found = {
        "outline_before": _ratio(before_all, area),
        "outline_after": _ratio(after_all, area),
        "lit_before": lit_before,
        "lit_after": lit_after,
        "lit_change": _ratio(lit_after, lit_before) - 1,
        "density_before": _ratio(added(first, was), lit_before),
        "density_after": _ratio(added(last, is_lit), lit_after),
    }
    found["density_change"] = _ratio(found["density_after"], found["density_before"]) - 1
    found["kept_change"] = _ratio(added(last, core), added(first, core)) - 1
    found["edge_share"] = _ratio(gone, before_all - after_all)
    return pd.DataFrame(found, index=cities.frame.index)


def _ratio(over: Floats, under: Floats) -> Floats:
    return np.divide(over, under, where=under > 0, out=np.full_like(over, np.nan))
