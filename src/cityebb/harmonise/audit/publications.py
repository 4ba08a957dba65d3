"""The same figure in two publications: where they differ, one of them stands on other boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.harmonise.audit._items import items
from cityebb.harmonise.suspicion import grain_of

if TYPE_CHECKING:
    import pandas as pd

# Printed figures differ in the last digits.
ROUNDED = 1e-4
_FIGURES = ("value", "value_other")


def compare_publications(
    one: pd.DataFrame, other: pd.DataFrame, *, tolerance: float = ROUNDED
) -> pd.DataFrame:
    """Find units whose figure of a year differs between two publications.

    The base printed in a later bulletin is on the later boundaries: where it equals the earlier census, the
    unit has not changed; where it does not, its territory has, or a mistake has been made.

    Parameters
    ----------
    one, other
        ``model.COUNTS`` of the same indicator; concepts are not compared.
    tolerance
        Share of the figure up to which a difference is rounding; so is what the last printed digits leave
        open, where a publication rounds all its figures.

    Returns
    -------
    DataFrame
        ``model.AUDIT``, kind ``publications_differ``, the largest difference first: ``value`` of ``one``,
        ``expected`` of ``other``.

    References
    ----------
    Dong, L., Du, R. and Liu, Y. (repository leiii/census), first step of their reconciliation.

    Examples
    --------
    >>> import pandas as pd
    >>> def book(value):
    ...     return pd.DataFrame({"unit_id": ["1"], "name": ["A"], "year": [2010], "value": [value],
    ...         "indicator": ["people"], "source": ["x"]})
    >>> compare_publications(book(9.0), book(10.0))["difference"].tolist()
    [-1.0]
    """
    keys = ["unit_id", "year"]
    met = one.drop_duplicates(keys).merge(
        other.drop_duplicates(keys)[[*keys, "value", "source"]], on=keys, suffixes=("", "_other")
    )
    met["difference"] = met["value"] - met["value_other"]
    far = met[met["difference"].abs() > tolerance * met[["value", "value_other"]].abs().max(axis=1)]
    far = far[far["difference"].abs() > _left_open(met).reindex(far.index)]
    far = far.reindex(far["difference"].abs().sort_values(ascending=False).index)
    return items(
        "publications_differ",
        "warning",
        [
            {
                "unit_id": str(row["unit_id"]),
                "name": row["name"],
                "year": str(row["year"]),
                "indicator": row["indicator"],
                "value": float(row["value"]),
                "expected": float(row["value_other"]),
                "difference": float(row["difference"]),
                "evidence": f"{row['source']} / {row['source_other']}",
            }
            for row in far.to_dict("records")
        ],
    )


def _left_open(met: pd.DataFrame) -> pd.Series:
    """Return by how much two figures may differ since both are rounded."""
    by = met.groupby("source_other")
    halves = [by[name].transform(lambda one: grain_of(one.dropna().to_numpy(float))) for name in _FIGURES]
    return sum(halves, start=0.0 * met["difference"].fillna(0)) / 2
