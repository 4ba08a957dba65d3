"""One study's results as a reader of one language sees them: names, joined rows, words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from cityebb.delineate.names import country_name, label_cities
from cityebb.model import PEOPLE_CLASSES, SIZE_CLASSES, UNKNOWN_SIZE, State
from cityebb.publish import _numbers as n
from cityebb.words import has, say, say_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

    from cityebb.model import Results

# The order in which states are told and drawn.
STATES = (State.SHRINKING, State.STABLE, State.GROWING, State.UNDETERMINED)


@dataclass(frozen=True)
class View:
    """What every chapter, figure and table asks for.

    Parameters
    ----------
    results
        The tables.
    language
        ``"zh"`` or ``"en"``.
    """

    results: Results
    language: str

    def t(self, key: str, /, **values: object) -> str:
        """Say ``publish.<key>`` in the reader's language, of administrative units where they are meant."""
        return say(f"publish.{self.of_kind(key)}", self.language, **values)

    def word(self, family: str, name: object) -> str:
        """Say the word for ``name``; a name that the catalogue does not know is shown as it is.

        Looked up as ``publish.<family>.<name>``, then as a noun's, ``model.<family>.<name>``; ``family`` may
        name a room itself by a dot, as in ``model.state``.
        """
        for key in (f"publish.{family}.{name}", f"model.{family}.{name}", f"{family}.{name}"):
            if has(key, self.language):
                return say(key, self.language)
        return str(name)

    @property
    def is_units(self) -> bool:
        """Whether the cities are administrative units."""
        return self.results.definition.get("kind") == "units"

    def of_kind(self, key: str) -> str:
        """Return the key of a sentence about administrative units where they are meant and it has one."""
        told = f"{key}_units"
        return told if self.is_units and has(f"publish.{told}", self.language) else key

    @property
    def indicator(self) -> str:
        """The indicator's short name: ``light``, ``people`` or ``built_up``."""
        return re.sub(r"_(sum|mean|area)$", "", str(self.results.comparison.get("indicator", "")))

    @property
    def source(self) -> str:
        """The source that is compared."""
        return str(self.results.comparison.get("source", ""))

    @property
    def start(self) -> list[int]:
        """The years whose mean is the start."""
        return [int(year) for year in _many(self.results.comparison.get("start"))]

    @property
    def end(self) -> list[int]:
        """The years whose mean is the end."""
        return [int(year) for year in _many(self.results.comparison.get("end"))]

    @property
    def threshold(self) -> float:
        """The line over the whole comparison, as a positive share."""
        return abs(float(self.results.comparison.get("threshold") or 0.0))

    @property
    def plain_threshold(self) -> float:
        """The line of the plain rule, as a positive share."""
        told = self.results.comparison.get("plain_threshold")
        return self.threshold if told is None else abs(float(told))

    @property
    def confidence(self) -> str:
        """The confidence of the intervals, in per cent."""
        return n.plain(100 * float(self.results.comparison.get("confidence") or 0.9)) + "%"

    @property
    def left_out(self) -> dict[int, str]:
        """Years that were left out and why, where that is known."""
        told = self.results.comparison.get("left_out") or {}
        pairs = told.items() if isinstance(told, dict) else ((year, "") for year in told)
        return {int(year): str(reason) for year, reason in pairs}

    @property
    def has_course(self) -> bool:
        """Whether there are years enough to say who stays below the line: two after the start."""
        years = self.results.comparison.get("years")
        first = min(self.start, default=0)
        return years is None or sum(int(year) > first for year in years) > 1

    @property
    def joints(self) -> list[int]:
        """Years ``y`` of the compared source with a joint between ``y`` and the next year."""
        breaks = self.results.breaks
        if breaks.empty:
            return []
        chosen = (breaks["source"] == self.source) & (breaks["kind"] == "joint")
        return sorted({int(year) for year in breaks.loc[chosen, "year"]})

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """The study's own verdict on each city, one row a city, by ``city_id``."""
        return main_verdicts(self.results)

    @cached_property
    def cities(self) -> gpd.GeoDataFrame:
        """Cities with their verdicts and a ``label`` in the reader's language, the largest first.

        Physical cities by area, administrative units by people.
        """
        frame = join_verdicts(self.results)
        frame["label"] = labels(self.results.cities, self.language).reindex(frame.index)
        unknown = frame["state"].isna()
        frame.loc[unknown, "state"] = State.UNDETERMINED.value
        largest = "after" if self.is_units else "area_km2"
        return frame.sort_values([largest], ascending=False, kind="stable")

    @cached_property
    def placed(self) -> gpd.GeoDataFrame:
        """The cities that have a place; administrative units without an outline have none."""
        known = self.cities[["lon", "lat", "area_km2"]].notna().all(axis=1)
        return self.cities[known] if not known.all() else self.cities

    @cached_property
    def totals(self) -> dict[str, int]:
        """The total row of the summary; counted from the verdicts where there is none."""
        table = self.results.summary
        rows = table[table["by"] == "total"] if len(table) else table
        if len(rows):
            row = rows.iloc[0]
            return {str(k): int(row[k]) for k in rows.columns if k not in ("by", "group", "median_change")}
        frame = self.cities
        counts = {"cities": len(frame)} | {s.value: int((frame["state"] == s.value).sum()) for s in STATES}
        counts |= {f"plain_{p}": int((frame["plain"] == p).sum()) for p in ("down", "up")}
        counts["no_baseline"] = int((frame["plain"] == "no_baseline").sum())
        for name in ("persistent", "came_back", "late", "relapsed"):
            counts[name] = int((frame["persistence"] == name).sum())
        return counts

    @cached_property
    def series(self) -> pd.DataFrame:
        """Yearly totals of the compared indicator: rows are cities, columns years."""
        return self._wide("value")

    @cached_property
    def series_sd(self) -> pd.DataFrame:
        """Standard deviations that belong to :attr:`series`."""
        return self._wide("sd")

    @cached_property
    def unit(self) -> str:
        """The unit of the yearly totals, in words."""
        rows = self._rows
        unit = rows["unit"].iloc[0] if len(rows) else self.results.comparison.get("unit")
        return say_unit(str(unit or ""), self.language)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        panel = self.results.panel
        if panel.empty:
            return panel
        names = {f"{self.indicator}_sum", self.indicator, str(self.results.comparison.get("indicator"))}
        return panel[(panel["source"] == self.source) & panel["indicator"].isin(names)]

    def _wide(self, column: str) -> pd.DataFrame:
        rows = self._rows.drop_duplicates(["city_id", "year"])
        return rows.pivot_table(index="city_id", columns="year", values=column, dropna=False, aggfunc="first")

    def by(self, name: str) -> pd.DataFrame:
        """Rows of the summary grouped ``by`` size class or country, in reading order."""
        table = self.results.summary
        rows = table[(table["by"] == name) & (table["cities"] > 0)].copy()
        if name == "size_class":
            order = {size: i for i, size in enumerate((*SIZE_CLASSES, *PEOPLE_CLASSES))}
            rows["order"] = [order.get(str(group), len(order)) for group in rows["group"]]
            return rows.sort_values("order", kind="stable").drop(columns="order")
        return rows.sort_values(["cities", "group"], ascending=[False, True], kind="stable")

    @cached_property
    def sizes(self) -> pd.Series:
        """How large each city is, as :attr:`cities`: its area in km², or the figure of a unit.

        That figure is the one compared, at the end of the comparison, or at its start where that is missing.
        """
        frame = self.cities
        found: pd.Series = frame["after"].fillna(frame["before"]) if self.is_units else frame["area_km2"]
        return found.astype(float)

    @property
    def size_unit(self) -> str:
        """The unit of :attr:`sizes`, in words."""
        return self.unit if self.is_units else "km²"

    def size_name(self, group: object) -> str:
        """Say a size class."""
        if group == UNKNOWN_SIZE:
            return self.t("unknown")
        if group in PEOPLE_CLASSES:
            return self.word("people_class", group)
        return say("publish.size", self.language, bounds=str(group).replace("-", "–"))

    def named(self, source: str) -> str:
        """Return a source's name, which is the user's own word, and beside it what it holds.

        Nothing is added where the name says so itself, as ``lights`` does in English.
        """
        key = f"publish.kind.{self.results.sources.get(source, {}).get('indicator')}"
        if not has(key, self.language):
            return source
        kind = say(key, self.language)
        return source if kind in source.lower() else self.t("source_named", source=source, kind=kind)

    def where(self) -> str:
        """Say the rule that makes a city, for example ``lights ≥ 2 DN``."""
        definition = self.results.definition
        units: Mapping[str, Any] = definition.get("units") or {}
        floors: Mapping[str, Any] = definition.get("where") or {}
        parts = [
            f"{self.named(name)} ≥ {n.plain(floor)} {say_unit(units.get(name, ''), self.language)}".strip()
            for name, floor in floors.items()
        ]
        joiner = self.t(f"join.{'and' if definition.get('join') == 'and' else 'or'}")
        return joiner.join(parts)

    def epoch(self, epoch: object = None, years: Iterable[int] | None = None) -> str:
        """Say when the rule had to hold, for example ``in 2013 or 2016 (union)``."""
        chosen = str(epoch or self.results.definition.get("epoch") or "union")
        dated = [int(y) for y in _many(years if years is not None else self.results.definition.get("years"))]
        if not dated:
            return self.word("epoch_name", chosen)
        if has(f"publish.epoch.{chosen}", self.language):
            return self.t(f"epoch.{chosen}", first=dated[0], last=dated[-1])
        return chosen

    def evidence(self, evidence: object) -> str:
        """Say what shows that a year does not belong or that a series has a joint; codes are joined by +."""
        return self.t("list_join").join(self.word("evidence", code) for code in str(evidence).split("+"))

    def country(self, code: object) -> str:
        """Say a country's name; what is no code is shown as it is, what is missing as nothing."""
        if code == "unknown":
            return self.t("unknown")
        return country_name(code, self.language) if isinstance(code, str) else ""

    def reason(self, reason: object) -> str:
        """Say why a verdict is as it is: a key of the catalogue, a short code, or plain text."""
        if reason is None or reason is pd.NA or reason != reason or not str(reason):  # noqa: PLR0124 - NaN
            return ""
        text = str(reason)
        for key in (text, f"identify.reason.{text}", f"identify.{text}", f"model.plain.{text}"):
            if "." in key and has(key, self.language):
                said = say(key, self.language)
                return "" if "{" in said else said
        return text


def main_verdicts(results: Results) -> pd.DataFrame:
    """Return the study's own verdicts, one a city: those on the compared source and indicator.

    Parameters
    ----------
    results
        What the study found.

    Returns
    -------
    pandas.DataFrame
        Columns of ``model.VERDICTS`` but for ``city_id``, which is the index.
    """
    rows = results.verdicts
    for column in ("source", "indicator"):
        wanted = results.comparison.get(column)
        same = rows[column] == wanted
        if wanted is not None and same.any():
            rows = rows[same]
    return rows.drop_duplicates("city_id").set_index("city_id")


def join_verdicts(results: Results) -> gpd.GeoDataFrame:
    """Return the cities with the columns of their verdicts beside them, in the order of the cities."""
    extra = main_verdicts(results).drop(columns=["definition", "boundary_vintage"], errors="ignore")
    return results.cities.join(extra[[name for name in extra if name not in results.cities]], how="left")


def labels(cities: gpd.GeoDataFrame, language: str) -> pd.Series:
    """Return what each city is called in ``language``, by ``city_id``; never empty.

    A ``label`` or ``label_<language>`` column is taken as it is; else the labels of the room that names
    cities, which are all different, and tell the position of a city without a name.
    """
    for column in (f"label_{language}", "label"):
        if column in cities:
            given: pd.Series = cities[column].astype(str)
            return given
    return label_cities(cities, language)


def _many(values: object) -> list[Any]:
    if values is None:
        return []
    return list(values) if isinstance(values, list | tuple | set | frozenset) else [values]
