"""In which region a unit lies, as its code tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_GB = re.compile(r"\d{6}")


def regions_of(units: pd.Series, regions: Iterable[str]) -> pd.Series:
    """Return the longest region code with which each unit's code begins; NaN for none.

    Parameters
    ----------
    units
        Codes as text.
    regions
        Codes of regions. Of six digits (GB/T 2260), pairs of zeros at the end stand for "all of it".

    Examples
    --------
    >>> import pandas as pd
    >>> regions_of(pd.Series(["230407", "110101"]), ["230000", "210000"]).tolist()
    ['230000', nan]
    >>> regions_of(pd.Series(["DE123", "anywhere"]), ["DE1", "DE"]).tolist()
    ['DE1', nan]
    """
    import pandas as pd

    begins = {_beginning(str(region)): str(region) for region in regions}
    text = units.astype(str).str
    found = np.full(len(units), np.nan, dtype=object)
    for length in sorted({len(one) for one in begins}, reverse=True):
        own = {one: name for one, name in begins.items() if len(one) == length}
        told = text[:length].map(own).to_numpy(dtype=object)
        found = np.where(pd.isna(found), told, found)
    return pd.Series(found, index=units.index, dtype="object")


def _beginning(region: str) -> str:
    """Return what the codes of a region's units begin with."""
    if _GB.fullmatch(region):
        while region.endswith("00"):
            region = region[:-2]
    return region
