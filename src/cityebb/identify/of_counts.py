"""A table of figures judged by rules of the literature, without a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cityebb.identify.by_rule import judge_by_rules, rules_for
from cityebb.identify.parameters import IdentifyParameters
from cityebb.identify.rules import RULES, variants_of
from cityebb.measure import panel_of_counts
from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from cityebb.identify.rules import Variant

_PEOPLE = "people"
_FIRST = ("resident", "registered", "unknown")


@dataclass(frozen=True)
class Judged:
    """What rules say of a table.

    Parameters
    ----------
    by_rule
        ``model.BY_RULE``.
    names
        Of the cities, by their ids.
    indicator, concept, grades, unit
        What is compared.
    years
        Those with figures, from the start to the end.
    variants
        The rules that answered, with their parameters.
    passed_over
        Rules of the literature that these figures cannot answer.
    """

    by_rule: pd.DataFrame
    names: pd.Series
    indicator: str
    concept: str
    grades: tuple[str, ...]
    unit: str
    years: tuple[int, ...]
    variants: tuple[Variant, ...]
    passed_over: tuple[str, ...]


def judge_counts(
    counts: pd.DataFrame,
    rules: Sequence[str | Mapping[str, object] | Variant] | None = None,
    *,
    indicator: str | None = None,
    concept: str | None = None,
    start: int | None = None,
    end: int | None = None,
) -> Judged:
    """Judge every unit of a table by rules of the literature, its figures as they stand.

    Boundaries are not made comparable: a study does that.

    Parameters
    ----------
    counts
        ``model.COUNTS``, as :func:`cityebb.read.tables.read_table` returns them.
    rules
        As :func:`~cityebb.identify.rules.variants_of` takes them; default all that the figures can answer.
    indicator, concept
        What is compared; by default people, residents before registered people.
    start, end
        First and last year looked at; default all.

    Returns
    -------
    Judged
        One row a rule and unit in its table.

    Raises
    ------
    CityebbError, Faults
        If there are no such figures or fewer than two years of them; if a unit has two figures of a year; for
        rules that there are not or that these figures cannot answer.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("1", "A", 2010, 100_000.0), ("1", "A", 2020, 80_000.0)]
    >>> counts = pd.DataFrame(rows, columns=["unit_id", "name", "year", "value"]).assign(
    ...     vintage="2020", indicator="people", concept="resident", grade="census", source="book",
    ...     unit="people", coverage=1.0)
    >>> judge_counts(counts, ["two_censuses"]).by_rule[["city_id", "state", "start", "end"]].values.tolist()
    [['1', 'shrinking', '2010', '2020']]
    """
    import pandas as pd

    chosen, concept = _chosen(counts, indicator, concept)
    rows = counts[(counts["indicator"] == chosen) & (counts["concept"] == concept)]
    years = _years(rows, start, end)
    kept = counts[counts["year"].between(years[0], years[-1])]
    besides = kept[kept["indicator"] != chosen].groupby("indicator")["concept"].transform("nunique") == 1
    used = pd.concat([rows[rows["year"].isin(years)], kept.loc[besides[besides].index]])
    names = rows.dropna(subset="name").drop_duplicates("unit_id", keep="last").set_index("unit_id")["name"]
    cities = pd.Index(rows["unit_id"].drop_duplicates())
    source = str(rows["source"].iloc[0])
    asked = rules_for(used["indicator"].unique(), chosen) if rules is None else rules
    variants = variants_of(asked)
    found = judge_by_rules(
        panel_of_counts(used, source=source),
        cities,
        IdentifyParameters(cities="units", source=source),
        indicator=chosen,
        years=years,
        rules=variants,
    )
    answered = {variant.rule.name for variant in variants}
    return Judged(
        found,
        names.reindex(cities).fillna(""),
        chosen,
        str(concept),
        tuple(sorted(rows["grade"].astype(str).unique())),
        str(rows["unit"].iloc[0]),
        years,
        variants,
        tuple(name for name in RULES if name not in answered) if rules is None else (),
    )


def _chosen(counts: pd.DataFrame, indicator: str | None, concept: str | None) -> tuple[str, str]:
    """Return the indicator and concept that are compared."""
    kinds = counts[["indicator", "concept"]].drop_duplicates().sort_values(["indicator", "concept"])
    told = ", ".join(f"{row.indicator}/{row.concept}" for row in kinds.itertuples())
    if indicator is None:
        there = kinds["indicator"].tolist()
        indicator = _PEOPLE if _PEOPLE in there else there[0] if len(set(there)) == 1 else None
    concepts = kinds.loc[kinds["indicator"] == indicator, "concept"].tolist()
    if indicator is None or not concepts or (concept is not None and concept not in concepts):
        raise CityebbError("identify.counts.no_such", known=told or "–")
    if concept is None:
        concept = next((name for name in _FIRST if name in concepts), None)
        if concept is None and len(concepts) > 1:
            raise CityebbError("identify.counts.several", known=told)
    return indicator, concept or concepts[0]


def _years(rows: pd.DataFrame, start: int | None, end: int | None) -> tuple[int, ...]:
    """Return the years with figures between the start and the end."""
    there = sorted(int(year) for year in rows.loc[rows["value"].notna(), "year"].unique())
    told = ", ".join(map(str, there)) or "–"
    for key, year in (("start", start), ("end", end)):
        if year is not None and year not in there:
            raise CityebbError("identify.counts.year_not_there", key=key, year=year, years=told)
    if start is not None and end is not None and start >= end:
        raise CityebbError("identify.counts.start_after_end", start=start, end=end)
    years = tuple(year for year in there if (start is None or year >= start) and (end is None or year <= end))
    if len(years) < 2:  # noqa: PLR2004 - a comparison has two ends
        raise CityebbError("identify.counts.one_year", years=", ".join(map(str, years)) or "–")
    return years
