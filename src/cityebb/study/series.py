"""Which figures of a table a comparison is about, and between which years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import CityebbError, may_show_shrinking

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from cityebb.identify import IdentifyParameters


def choose_series(
    counts: pd.DataFrame,
    rule: IdentifyParameters,
    name: str,
    concept: str | None = None,
    *,
    drop: Sequence[int] = (),
) -> pd.DataFrame:
    """Return the rows of one indicator and one concept: those of the comparison, else those of the table.

    Parameters
    ----------
    counts
        ``model.COUNTS``.
    rule, name
        The comparison and its name.
    concept
        What the table's own parameters say its figures of people count; it decides where the comparison does
        not.
    drop
        Years that the study leaves out in any case.

    Raises
    ------
    CityebbError
        If the table has none such, or several and the comparison does not say which; if no year is left.
    """
    rows = counts
    kinds = rows[["indicator", "concept"]].drop_duplicates().sort_values(["indicator", "concept"])
    told = ", ".join(f"{row.indicator}/{row.concept}" for row in kinds.itertuples())
    indicator = _indicator(rule.indicator, set(rows["indicator"]))
    of_people = indicator in (None, "people", "people_share")
    wanted = {"indicator": indicator, "concept": rule.concept or (concept if of_people else None)}
    for column, value in wanted.items():
        if value is not None:
            rows = rows[rows[column] == value]
    section = f"identify.{name}"
    if rows.empty:
        raise CityebbError("study.no_such_series", section=section, source=rule.source, known=told)
    if len(rows[["indicator", "concept"]].drop_duplicates()) > 1:
        raise CityebbError("study.several_series", section=section, source=rule.source, known=told)
    left = rows[~rows["year"].isin(list(drop))]
    if left.empty:
        years = ", ".join(map(str, sorted(rows["year"].unique().tolist())))
        raise CityebbError("study.units_no_year", section=section, source=rule.source, years=years)
    return left


def _indicator(asked: str | None, there: set[str]) -> str | None:
    """Return the indicator wanted: people where nothing is said, shares where only these are known."""
    name = "people" if asked is None else asked
    return next((one for one in (name, f"{name}_share") if one in there), asked)


def comparison_years(series: pd.DataFrame, rule: IdentifyParameters, name: str) -> tuple[int, int]:
    """Return the first and last year of a comparison: as stated, else of the counts, else of all figures.

    A figure carried forward is an end only where fewer than two years were counted.

    Raises
    ------
    CityebbError
        If a stated year is not there, or fewer than two years are left.
    """
    years = sorted(series["year"].unique().tolist())
    counted = sorted(series.loc[series["grade"].map(may_show_shrinking), "year"].unique().tolist())
    section, told = f"identify.{name}", ", ".join(map(str, years))
    for key, year in (("start", rule.start), ("end", rule.end)):
        if year is not None and year not in years:
            raise CityebbError("study.year_not_there", section=section, key=key, year=year, years=told)
    ends = counted if len(counted) > 1 else years
    start = ends[0] if rule.start is None else rule.start
    end = ends[-1] if rule.end is None else rule.end
    if start >= end and rule.start is not None and rule.end is not None:
        raise CityebbError("study.start_after_end", section=section, start=start, end=end)
    if start >= end:
        raise CityebbError("study.one_year", section=section, source=rule.source, years=told)
    return start, end


def other_of(counts: pd.DataFrame, indicator: str) -> tuple[str, str] | None:
    """Return what stands beside people or jobs in a table, indicator and concept; ``None`` for nothing.

    Parameters
    ----------
    counts
        ``model.COUNTS`` of the table.
    indicator
        That is compared.

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame({"indicator": ["people", "jobs"], "concept": ["resident", "workplace"]})
    >>> other_of(counts, "people"), other_of(counts, "gdp")
    (('jobs', 'workplace'), None)
    """
    pairs = {"people": "jobs", "jobs": "people"}
    kind, _, share = indicator.partition("_")
    other = "_".join(filter(None, (pairs.get(kind, ""), share)))
    concepts = sorted(set(counts.loc[counts["indicator"] == other, "concept"].astype(str)))
    if not concepts or (share and share != "share"):
        return None
    if len(concepts) > 1 and "resident" not in concepts:
        return None
    return other, "resident" if "resident" in concepts else concepts[0]
