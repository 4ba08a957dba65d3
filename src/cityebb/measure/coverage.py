"""What was covered in a year: where zero may mean that nobody looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids import sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.grids import Cells


def once_dense(
    cells: Cells, labels: NDArray[np.int32], source: str, *, areas_km2: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which cells were, in some year, at least as dense as their region was on average in that year.

    Where a source leaves open whether zero means nobody or not covered, such a cell at exactly zero in
    another year was not covered: quarters with many people do not empty to the last one, but a country that
    did not deliver its figures leaves a city on its border half empty.

    Parameters
    ----------
    cells, labels, source
        As for :func:`cityebb.measure.measure_regions`.
    areas_km2
        ``cells.areas_km2()``.
    """
    stack = cells.stacks[source]
    dense = np.zeros(len(cells), bool)
    for year in stack.years:
        values = np.nan_to_num(cells.values(source, year))
        if stack.kind == "count":
            values = values / areas_km2
        lit = np.where(values > 0, areas_km2, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = sums(labels, values * areas_km2) / sums(labels, lit)
        dense |= (values > 0) & (values >= np.concatenate([[np.inf], mean])[labels])
    return dense
