"""What stands beside the figures of units and tells of their boundaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cityebb.model import COUNTS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Beside:
    """Other publications, areas, rows without a code, and lists of units.

    Parameters
    ----------
    totals
        ``model.COUNTS``: rows of the table that sum others, for the audit.
    others
        ``model.COUNTS``: the same figures in other publications.
    areas
        ``model.COUNTS`` of areas (km²) of the units.
    uncoded
        ``model.COUNTS`` of rows without a code; ``unit_id`` is the last code above them.
    units
        ``unit_id``, ``name``, ``first``, ``last``: the names that a list gives to codes.
    """

    totals: pd.DataFrame = field(default_factory=COUNTS.empty)
    others: pd.DataFrame = field(default_factory=COUNTS.empty)
    areas: pd.DataFrame = field(default_factory=COUNTS.empty)
    uncoded: pd.DataFrame = field(default_factory=COUNTS.empty)
    units: pd.DataFrame | None = None
