"""Users of a map or phone service made people: corrected for the service's own growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise._regions import regions_of
from cityebb.model import COUNTS, CityebbError, Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

GRADE = "phone"
RELATIVE = "_share"
"""What the name of an indicator ends with where only its share of all users is known."""

PER_MILLION = "per million users"
"""Unit of such shares."""

_SCALE = 1e6
_CORRECTED = ("people", "jobs")
_FACTORS = ("year", "region", "indicator", "factor", "share", "held", "hidden")
_SHOWN = 8
_LEAST_YEARS = 2


@dataclass(frozen=True)
class Corrected:
    """Figures of a service after correction.

    Parameters
    ----------
    counts
        ``model.COUNTS``; without totals ``people`` and ``jobs`` have become ``people_share`` and
        ``jobs_share``.
    factors
        ``year``, ``region`` (its code, empty for the whole), ``indicator`` (as in ``counts``), ``factor``
        (what one user stands for), ``share`` (users by official people; NaN without totals), ``held`` (share
        of the year's users in the units that make the factor), ``hidden`` (units without a figure in the
        year).
    notes
        What was done.
    """

    counts: pd.DataFrame
    factors: pd.DataFrame
    notes: tuple[Note, ...]


def correct_service(
    counts: pd.DataFrame,
    totals: pd.DataFrame | None = None,
    *,
    nation: Mapping[int, float] | None = None,
    source: str,
    named: str = "nation",
    drop: Sequence[int] = (),
) -> Corrected:
    r"""Turn counts of users into people and jobs, so that the service's own growth is no growth of a place.

    Parameters
    ----------
    counts
        ``model.COUNTS``; rows of grade ``"phone"`` of people and jobs are corrected, others stay.
    totals
        ``model.COUNTS``: official people (and jobs) by year of the country or of its regions. A unit lies in
        the region whose code its own begins with (``"230000"`` for ``"230407"``); a table with one unit is
        the whole.
    nation
        The same for the whole country, people by year; used where there is no table.
    source, named
        How the figures and the totals are called, for notes and errors.
    drop
        Years that take no part.

    Returns
    -------
    Corrected
        Without totals, shares of all users per million: they tell who gained on others, not who grew.

    Raises
    ------
    CityebbError
        If the totals have none of the years, none of the regions, or are as fine as the units.

    Notes
    -----
    With users :math:`u_{it}` of unit :math:`i` and official people :math:`P_{rt}` of its region

    .. math:: \hat p_{it} = f_{rt} u_{it}, \\qquad
        f_{rt} = c_r \\frac{P_{rt}}{\\sum_{j \\in S_r} u_{jt}}, \\qquad
        c_r = \\frac{\\sum_{j \\in S_r} u_{jb}}{\\sum_{j \\in V_{rb}} u_{jb}},

    where :math:`S_r` are the units of the region with a figure in *every* year, :math:`V_{rb}` those with one
    in year :math:`b`, the year with most of them. One and the same set stands in both dates, so that a unit
    which falls below the privacy floor does not raise the factor of those that stay; :math:`c_r` does not
    depend on the year, and sets the level as the fullest year shows it. Changes are right as far as the units
    in :math:`S_r` keep their part of the region's people, and as the service's share of users moves alike in
    all units of a region: where it grew faster in one city than in another, that difference is left. Missing
    figures stay missing. Without totals :math:`P = 10^6`.

    Jobs take the official jobs where the totals have them, else the factor of the people. Cost: one pivot a
    series.
    """
    import pandas as pd

    own = (counts["grade"] == GRADE) & counts["indicator"].isin(_CORRECTED)
    users, rest = counts[own & ~counts["year"].isin(list(drop))], counts[~own]
    if users.empty:
        return Corrected(counts, pd.DataFrame(columns=list(_FACTORS)), ())
    notes: list[Note] = []
    official = _official(totals, nation)
    regions = _placed(users, official, source, named, notes)
    parts: list[pd.DataFrame] = []
    factors: list[pd.DataFrame] = []
    _one_concept(users)
    for indicator in [name for name in _CORRECTED if (users["indicator"] == name).any()]:
        rows = users[users["indicator"] == indicator]
        told = _of(official, indicator, rows)
        if told is not None:
            found = _factors(rows, regions, told, indicator)
            _check(found, rows, told, source, named)
            _tell(found, rows, regions, (source, named), notes)
        elif factors and (factors[0]["indicator"] == "people").all():
            found = factors[0].assign(indicator=indicator)
            notes.append(Note("harmonise.service_jobs", {"source": source, "totals": named}, "warning"))
        else:
            found = _factors(rows, regions.where(regions == "", ""), None, indicator)
            _check(found, rows, None, source, named)
            _tell_relative(found, source, indicator, notes)
        parts.append(_times(rows, regions, found, source, notes))
        factors.append(found)
    return Corrected(
        pd.concat([*parts, *([rest] if len(rest) else [])], ignore_index=True)[COUNTS.names],
        pd.concat(factors, ignore_index=True)[list(_FACTORS)],
        tuple(notes),
    )


def sampling_error(counts: pd.DataFrame, factors: pd.DataFrame) -> np.ndarray:
    r"""Return the standard error of corrected figures that comes from how few users a unit has.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of corrected figures, also on other boundaries.
    factors
        Of :class:`Corrected`.

    Notes
    -----
    Users are taken for a Poisson sample of the people: a number of users :math:`u` is known to
    :math:`\\sqrt u`, so :math:`\\mathrm{sd}(f u) = \\sqrt{f \\cdot f u}`; sums over units of one region keep
    this form. That holds at best: users are no random sample, and what a service misses is added elsewhere.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"unit_id": ["1"], "year": [2019], "indicator": ["people"], "value": [5000.0]})
    >>> factors = pd.DataFrame({"year": [2019], "region": [""], "indicator": ["people"], "factor": [2.0]})
    >>> sampling_error(counts, factors).tolist()
    [100.0]
    """
    regions = regions_of(counts["unit_id"].astype(str), factors["region"].unique().tolist())
    of = counts[["year", "indicator"]].assign(region=regions.fillna("").to_numpy())
    keys = ["year", "region", "indicator"]
    factor = of.merge(factors[[*keys, "factor"]], on=keys, how="left")["factor"].to_numpy(np.float64)
    value = counts["value"].to_numpy(np.float64)
    return np.sqrt(np.where(value >= 0, value * factor, np.nan))


def _official(totals: pd.DataFrame | None, nation: Mapping[int, float] | None) -> pd.DataFrame | None:
    """Return official totals by region, year, indicator and concept."""
    import pandas as pd

    if totals is not None:
        told = totals[totals["indicator"].isin(_CORRECTED) & (totals["value"] > 0)]
        told = told.assign(region=told["unit_id"].astype(str))
        if len(set(told["region"])) == 1:
            told = told.assign(region="")
        return told[["region", "year", "indicator", "concept", "value"]]
    if nation is not None:
        rows = [("", year, "people", "", float(value)) for year, value in nation.items()]
        return pd.DataFrame(rows, columns=["region", "year", "indicator", "concept", "value"])
    return None


def _of(official: pd.DataFrame | None, indicator: str, rows: pd.DataFrame) -> pd.DataFrame | None:
    """Return the totals of one indicator: those of the same concept where there are several."""
    if official is None:
        return None
    told = official[official["indicator"] == indicator]
    same = told[told["concept"].isin(set(rows["concept"]))]
    told = same if len(same) else told
    _one_concept(told)
    return None if told.empty else told


def _one_concept(rows: pd.DataFrame) -> None:
    """Refuse figures of which nobody says what they count."""
    for indicator, part in rows.groupby("indicator"):
        known = sorted(part["concept"].unique().tolist())
        if len(known) > 1:
            told = ", ".join(known)
            raise CityebbError("harmonise.service_concepts", indicator=str(indicator), known=told)


def _placed(
    users: pd.DataFrame, official: pd.DataFrame | None, source: str, named: str, notes: list[Note]
) -> pd.Series:
    """Return the region of every unit; NaN where it lies in none."""
    import pandas as pd

    units = pd.Index(users["unit_id"].astype(str).unique())
    if official is None or (official["region"] == "").all():
        return pd.Series("", index=units)
    known = official["region"].unique().tolist()
    found = pd.Series(regions_of(units.to_series(), known).to_numpy(), index=units)
    lost = found.index[found.isna()]
    if len(lost) == len(units):
        told = {"unit": units[0], "regions": ", ".join(known[:_SHOWN])}
        raise CityebbError("harmonise.service_no_regions", source=source, totals=named, **told)
    if len(units) > 1 and found.value_counts().max() == 1:
        raise CityebbError("harmonise.service_too_fine", source=source, totals=named)
    if len(lost):
        told = {"source": source, "count": len(lost), "units": ", ".join(lost[:_SHOWN]), "totals": named}
        notes.append(Note("harmonise.service_outside", told, "warning"))
    return found


def _factors(
    rows: pd.DataFrame, regions: pd.Series, told: pd.DataFrame | None, indicator: str
) -> pd.DataFrame:
    """Return what one user stands for, by region and year."""
    import pandas as pd

    keys = [rows["unit_id"].astype(str), "year"]
    users = rows.groupby(keys)["value"].sum(min_count=1).unstack()  # noqa: PD010 - summed already
    known = pd.MultiIndex.from_product([[""], users.columns])
    official = pd.Series(_SCALE, index=known) if told is None else told.set_index(["region", "year"])["value"]
    parts = []
    for name, part in users.groupby(regions.reindex(users.index)):
        years = [year for year in part.columns if (name, year) in official.index and part[year].notna().any()]
        if years and (part[years].dropna().sum() > 0).all():
            parts.append(
                _factor(part[years], official.reindex([(name, year) for year in years]).to_numpy()).assign(
                    region=str(name)
                )
            )
    if not parts:
        return pd.DataFrame(columns=list(_FACTORS))
    found = pd.concat(parts, ignore_index=True)
    if told is None:
        return found.assign(indicator=indicator + RELATIVE, share=np.nan)
    return found.assign(indicator=indicator)


def _factor(users: pd.DataFrame, people: np.ndarray) -> pd.DataFrame:
    """Return the factor of one region by year; see :func:`correct_service` for the formula."""
    import pandas as pd

    held, whole = users.dropna().sum(), users.sum()
    fullest = users.columns[np.flatnonzero(users.notna().sum() == users.notna().sum().max())[-1]]
    return pd.DataFrame(
        {
            "year": users.columns.to_numpy(np.int64),
            "factor": (held[fullest] / whole[fullest] * people / held).to_numpy(),
            "share": (whole / people).to_numpy(),
            "held": (held / whole).to_numpy(),
            "hidden": users.isna().sum().to_numpy(np.int64),
        }
    )


def _times(
    rows: pd.DataFrame, regions: pd.Series, factors: pd.DataFrame, source: str, notes: list[Note]
) -> pd.DataFrame:
    """Return the figures times their factor; years without a total are left out."""
    relative = bool(factors["indicator"].astype(str).str.endswith(RELATIVE).all())
    region = "" if relative else rows["unit_id"].astype(str).map(regions).to_numpy()
    rows = rows.assign(region=region)
    gone = sorted(set(rows["year"]) - set(factors["year"]))
    if gone:
        told = {
            "source": source,
            "indicator": str(rows["indicator"].iloc[0]),
            "years": ", ".join(map(str, gone)),
        }
        notes.append(Note("harmonise.service_year", told, "warning"))
    rows = rows[~rows["year"].isin(gone)]
    found = rows.merge(factors[["year", "region", "factor"]], on=["year", "region"], how="left")
    found["value"] = found["value"] * found["factor"]
    if relative:
        found["indicator"] = found["indicator"] + RELATIVE
        found["unit"] = PER_MILLION
    return found[COUNTS.names]


def _check(
    factors: pd.DataFrame, rows: pd.DataFrame, told: pd.DataFrame | None, source: str, named: str
) -> None:
    """Refuse a correction that leaves nothing to compare."""
    years = sorted(set(rows["year"]))
    known = years if told is None else sorted(set(told["year"]))
    if len(set(years) & set(known)) < min(_LEAST_YEARS, len(years)):
        raise CityebbError(
            "harmonise.service_no_years",
            source=source,
            totals=named,
            years=", ".join(map(str, years)),
            known=", ".join(map(str, known)),
        )
    if factors.empty:
        indicator = str(rows["indicator"].iloc[0])
        raise CityebbError("harmonise.service_nothing_common", source=source, indicator=indicator)


def _tell(
    factors: pd.DataFrame, rows: pd.DataFrame, regions: pd.Series, names: tuple[str, str], notes: list[Note]
) -> None:
    """Say how large the service was each year, and what the missing units may hold."""
    source, named = names
    region = rows["unit_id"].astype(str).map(regions)
    users = rows.assign(region=region).groupby(["year", "region"])["value"].sum()
    both = factors.set_index(["year", "region"])
    people = (users.reindex(both.index) / both["share"]).groupby("year").sum()
    share = users.reindex(both.index).groupby("year").sum() / people
    told = {
        "source": source,
        "totals": named,
        "indicator": str(rows["indicator"].iloc[0]),
        "shares": ", ".join(f"{year}: {one:.1%}" for year, one in share.items()),
        "regions": int(factors["region"].nunique()),
        "held": float(factors["held"].min()),
        "hidden": int(factors.groupby("year")["hidden"].sum().max()),
    }
    notes.append(Note("harmonise.service_corrected", told, "info"))
    lost = sorted(set(regions.dropna()) - set(factors["region"]))
    if lost:
        told = {"source": source, "count": len(lost), "regions": ", ".join(lost[:_SHOWN])}
        notes.append(Note("harmonise.service_region", told, "warning"))
    more = factors[factors["share"] > 1]
    if len(more):
        one = more.iloc[0]
        told = {"source": source, "totals": named, "year": int(one["year"]), "share": float(one["share"])}
        notes.append(Note("harmonise.service_more", told | {"region": one["region"] or "–"}, "warning"))


def _tell_relative(factors: pd.DataFrame, source: str, indicator: str, notes: list[Note]) -> None:
    told = {"source": source, "indicator": indicator, "hidden": int(factors["hidden"].max())}
    notes.append(Note("harmonise.service_relative", told, "warning"))
