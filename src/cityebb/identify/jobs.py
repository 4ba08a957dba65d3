"""Jobs per resident: whether a city loses work before it loses people, or the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.counted import COUNT_ERRORS, SAMPLED
from cityebb.identify.series import series_of
from cityebb.model import JOBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.parameters import IdentifyParameters
    from cityebb.identify.series import Series

_SHARE = "_share"


def jobs_per_resident(
    panel: pd.DataFrame, cities: pd.Index[str], parameters: IdentifyParameters, *, years: Sequence[int]
) -> pd.DataFrame:
    r"""Set the jobs of every city beside its residents, year by year.

    Parameters
    ----------
    panel
        ``model.PANEL`` with people and jobs of one source, on one set of boundaries; or with the shares of
        both (``people_share_sum``, ``jobs_share_sum``).
    cities
        City ids.
    parameters
        ``source``, ``min_coverage`` and ``confidence`` are used.
    years
        Of the comparison; ``change`` is since the first.

    Returns
    -------
    DataFrame
        ``model.JOBS``, one row a city and year. Where either figure is missing, or there are no residents,
        the ratio is missing. ``relative``: both are shares of all users, so that the ratio is that of all
        users in every year.

    Notes
    -----
    :math:`\ln (j_t / p_t) - \ln (j_0 / p_0)` has the variance of four figures: each that of its sampling
    (``sd`` of the panel) and that of its grade (:data:`~cityebb.identify.counted.COUNT_ERRORS`,
    :data:`~cityebb.identify.counted.SAMPLED`), taken as independent. What jobs and residents of a city have
    in common, as a service that grows faster in one city, cancels in the ratio; so the interval is on the
    safe side. A grade without a known error has no interval.

    Examples
    --------
    >>> import pandas as pd
    >>> from cityebb.identify import IdentifyParameters
    >>> panel = pd.DataFrame({"city_id": "a", "year": [2017, 2019] * 2, "source": "x", "coverage": 1.0,
    ...     "indicator": ["people_sum"] * 2 + ["jobs_sum"] * 2, "value": [100.0, 80.0, 50.0, 50.0], "sd": 0.0,
    ...     "unit": ["people"] * 2 + ["jobs"] * 2, "concept": ["resident"] * 2 + ["workplace"] * 2,
    ...     "grade": "phone"})
    >>> rule = IdentifyParameters(cities="c", source="x")
    >>> found = jobs_per_resident(panel, pd.Index(["a"]), rule, years=(2017, 2019))
    >>> found["jobs_per_resident"].tolist(), found["change"].round(3).tolist()
    ([0.5, 0.625], [0.0, 0.25])
    """
    import pandas as pd
    from scipy.special import ndtri

    relative = f"people{_SHARE}_sum" in set(panel["indicator"])
    people, jobs = (
        series_of(
            panel,
            cities,
            indicator=f"{name}{_SHARE if relative else ''}_sum",
            source=parameters.source,
            years=years,
            min_coverage=parameters.min_coverage,
        )
        for name in ("people", "jobs")
    )
    residents, work = np.asarray(people.values), np.asarray(jobs.values)
    ratio = np.divide(work, residents, where=residents > 0, out=np.full_like(residents, np.nan))
    logs = np.log(ratio, where=ratio > 0, out=np.full_like(ratio, np.nan))
    change = logs - logs[:, :1]
    variance = _variance(people) + _variance(jobs)
    half = ndtri((1 + parameters.confidence) / 2) * np.sqrt(variance + variance[:, :1])
    half[:, 0] = 0.0
    return pd.DataFrame(
        {
            "city_id": np.repeat(cities.to_numpy(), len(people.years)),
            "source": parameters.source,
            "year": np.tile(np.array(people.years, np.int64), len(cities)),
            "residents": residents.ravel(),
            "jobs": work.ravel(),
            "jobs_per_resident": ratio.ravel(),
            "change": np.expm1(change).ravel(),
            "low": np.expm1(change - half).ravel(),
            "high": np.expm1(change + half).ravel(),
            "relative": relative,
        }
    )[JOBS.names]


def _variance(series: Series) -> NDArray[np.float64]:
    error = (COUNT_ERRORS | SAMPLED).get(series.grade, np.nan)
    variance: NDArray[np.float64] = series.quantisation**2 + error**2
    return variance
