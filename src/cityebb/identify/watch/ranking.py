"""Countries by how many of their cities shrink, and by what share of them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cityebb.model import LEAST_RANKED, RANKING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Of a normal law, 95 % lie within so many standard deviations.
_Z = 1.959963984540054


def rank_countries(verdicts: pd.DataFrame, countries: pd.Series) -> pd.DataFrame:
    """Rank countries by the number and by the share of their cities that shrink.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS`` of one comparison: one definition of a city for the whole world.
    countries
        Of each city, by ``city_id``; cities without one are left out.

    Returns
    -------
    DataFrame
        ``model.RANKING``, by number. Ranks are shared by equals, the next is left out. ``shrinking_share`` is
        of all cities, the undetermined among them; ``share_low`` and ``share_high`` are Wilson's 95 %
        interval, as if the cities were drawn from more of their kind.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the
    American Statistical Association 22(158), 209–212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> cities = [f"c{n}" for n in range(30)]
    >>> verdicts = pd.DataFrame({"city_id": cities, "state": ["shrinking"] * 6 + ["stable"] * 24})
    >>> found = rank_countries(verdicts, pd.Series(["A"] * 20 + ["B"] * 10, index=cities))
    >>> found[["country", "shrinking", "shrinking_share", "rank_by_number", "rank_by_share"]].values.tolist()
    [['A', 6, 0.3, 1, 1.0], ['B', 0, 0.0, 2, 2.0]]
    """
    country = countries.reindex(verdicts["city_id"]).to_numpy(dtype=object)
    known = pd.notna(country)
    states = ["shrinking", "growing", "stable", "undetermined"]
    table = pd.crosstab(country[known], verdicts["state"].to_numpy(dtype=object)[known])
    table = table.reindex(columns=states, fill_value=0).astype("int64")
    cities = table.sum(axis=1)
    share = table["shrinking"] / cities
    low, high = wilson(table["shrinking"].to_numpy(np.float64), cities.to_numpy(np.float64))
    enough = cities >= LEAST_RANKED
    found = table.assign(
        cities=cities,
        shrinking_share=share,
        share_low=low,
        share_high=high,
        rank_by_number=table["shrinking"].rank(method="min", ascending=False).astype("int64"),
        rank_by_share=share.where(enough).rank(method="min", ascending=False),
    )
    found = found.rename_axis("country").reset_index().astype({"country": "str"})
    found = found.sort_values(["rank_by_number", "country"], kind="stable").reset_index(drop=True)
    return RANKING.check(found[RANKING.names])


def wilson(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Return Wilson's 95 % interval of a share.

    Examples
    --------
    >>> low, high = wilson(np.array([5.0]), np.array([10.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.2366, 0.7634)
    """
    share = successes / trials
    spread = 1 + _Z**2 / trials
    middle = (share + _Z**2 / (2 * trials)) / spread
    half = _Z / spread * np.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)
