"""Who gained what others lost: the fastest gainers of a region beside its losers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from cityebb.model import BALANCE, GAINERS

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "unknown"
GAINS, LOSES = "gains", "loses"
_RANKED_BY = {"amount": "amount", "rate": "change"}


def gainers_of(
    verdicts: pd.DataFrame, regions: pd.Series, *, top: int = 5, by: Literal["amount", "rate"] = "amount"
) -> pd.DataFrame:
    """Return the cities that gained most and lost most in each region, side by side.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS``.
    regions
        Of each city, by ``city_id``; missing is a region of its own, ``"unknown"``.
    top
        How many of either side.
    by
        Whether they are ranked by the amount or by the rate of their change; a city without a baseline has no
        rate and comes last.

    Returns
    -------
    DataFrame
        ``model.GAINERS``: ``amount`` is what was gained or lost, in the unit compared; ``part`` its share in
        all gains, or all losses, of the region.

    Notes
    -----
    A balance, and no flow: that one city gains what another loses does not say that those who left the one
    came to the other. Amounts are differences of the figures at start and end, noise and all; the state of
    each city stands beside.

    Examples
    --------
    >>> verdicts = pd.DataFrame({"city_id": ["a", "b", "c"], "before": [10.0, 10.0, 10.0],
    ...     "after": [4.0, 16.0, 9.0], "change": [-0.6, 0.6, -0.1], "state": "stable"})
    >>> regions = pd.Series("R", index=["a", "b", "c"])
    >>> gainers_of(verdicts, regions, top=1)[["side", "city_id", "amount", "part"]].values.tolist()
    [['gains', 'b', 6.0, 1.0], ['loses', 'a', -6.0, 0.8571428571428571]]
    """
    rows = []
    for region, part in _by_region(verdicts, regions):
        for side, sign in ((GAINS, 1.0), (LOSES, -1.0)):
            moved = part[part["amount"] * sign > 0]
            total = float(moved["amount"].abs().sum())
            moved = moved.sort_values([_RANKED_BY[by], "city_id"], ascending=[sign < 0, True], kind="stable")
            most = moved.head(top)
            rows.append(
                most.assign(
                    region=region,
                    side=side,
                    rank=np.arange(1, len(most) + 1),
                    part=most["amount"].abs() / total,
                )
            )
    parts = [part for part in rows if len(part)]
    found = pd.concat(parts, ignore_index=True) if parts else GAINERS.empty()
    return GAINERS.check(found[GAINERS.names])


def balance_of(verdicts: pd.DataFrame, regions: pd.Series) -> pd.DataFrame:
    """Return what the cities of each region gained and lost together.

    Parameters
    ----------
    verdicts, regions
        As for :func:`gainers_of`.

    Returns
    -------
    DataFrame
        ``model.BALANCE``, the region with the largest loss first; cities without a figure at either date are
        counted in ``cities`` and not in ``known``.
    """
    rows = []
    for region, part in _by_region(verdicts, regions):
        known = part["amount"].notna()
        up, down = part["amount"] > 0, part["amount"] < 0
        gained, lost = float(part.loc[up, "amount"].sum()), float(-part.loc[down, "amount"].sum())
        rows.append(
            {
                "region": region,
                "cities": len(part),
                "known": int(known.sum()),
                "gaining": int(up.sum()),
                "losing": int(down.sum()),
                "gained_sum": gained,
                "lost_sum": lost,
                "net": gained - lost,
                "largest_part": float(part.loc[up, "amount"].max()) / gained if up.any() else np.nan,
            }
        )
    found = pd.DataFrame(rows, columns=BALANCE.names) if rows else BALANCE.empty()
    found = found.sort_values(["lost_sum", "region"], ascending=[False, True], kind="stable")
    return BALANCE.check(found.reset_index(drop=True))


def _by_region(verdicts: pd.DataFrame, regions: pd.Series) -> Iterator[tuple[str, pd.DataFrame]]:
    amount = verdicts["after"] - verdicts["before"]
    told = verdicts.assign(amount=amount.where(np.isfinite(amount)))
    names = regions.reindex(told["city_id"]).astype(object)
    groups = names.where(names.notna(), UNKNOWN).astype(str).to_numpy()
    for region, part in told.groupby(groups, sort=True):
        yield str(region), part
