"""What is known of the boundaries of administrative units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Changes:
    """What is known of boundaries.

    Parameters
    ----------
    ledger
        ``model.LEDGER``.
    crosswalk
        ``model.CROSSWALK``: official weights.
    units
        ``unit_id``, ``first``, ``last``: the units there were in the years from ``first`` on and before
        ``last``; empty where nobody lists them.
    """

    ledger: pd.DataFrame
    crosswalk: pd.DataFrame
    units: pd.DataFrame | None = None
