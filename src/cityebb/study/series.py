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
        What the table's own parameters say its figures count; it decides where the comparison does not.
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
    wanted = {"indicator": rule.indicator, "concept": rule.concept or concept}
    if rule.indicator is None and (rows["indicator"] == "people").any():
        wanted["indicator"] = "people"
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
