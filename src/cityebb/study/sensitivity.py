"""How much the counts depend on the study's own choices: the same cells, many specifications."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import SENSITIVITY, CityebbError, size_class
from cityebb.study.calibrated import agreed, with_years

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.delineate import DelineateParameters
    from cityebb.grids import Cells, Stack
    from cityebb.harmonise import Comparable
    from cityebb.identify import IdentifyParameters

EPOCHS = ("union", "baseline", "final", "intersection")
CONNECTIVITIES = (4, 8)
FLOOR_FACTORS = (0.5, 2.0)
"""The floors tried beside the study's own: half and twice."""


@dataclass(frozen=True)
class Specification:
    """One way to answer the study's question.

    Parameters
    ----------
    definition
        The rule that makes a city.
    years
        First and last year on which cities are outlined.
    start, end
        The comparison.
    varies
        What it varies: ``default``, ``epoch``, ``end``, ``threshold`` or ``connectivity``.
    """

    definition: DelineateParameters
    years: tuple[int, int]
    start: int
    end: int
    varies: str

    @property
    def name(self) -> str:
        """A text that tells it from every other."""
        floors = f" {self.definition.join} ".join(f"{k}>={v:g}" for k, v in self.definition.where.items())
        first, last = self.years
        return (
            f"{floors}; {self.definition.epoch} {first},{last}; {self.definition.connectivity}-connected; "
            f">={self.definition.min_area_km2:g} km2; {self.start}-{self.end}"
        )


def specifications(
    definition: DelineateParameters,
    years: tuple[int, int],
    comparable: Comparable,
    comparison: tuple[int, int],
    steps: dict[str, float | None],
) -> list[Specification]:
    """Return the study's own choice and every choice that differs from it in one thing.

    Parameters
    ----------
    definition
        The study's rule.
    years
        First and last year on which the study outlines cities; the same in every specification.
    comparable
        Which years of the compared source go together.
    comparison
        The study's start and end.
    steps
        The smallest difference each source can tell, by source; a floor is a whole number of steps.
    """
    start, end = comparison
    default = Specification(definition, years, start, end, "default")
    found = [default]
    found += [
        replace(default, definition=definition.model_copy(update={"epoch": epoch}), varies="epoch")
        for epoch in EPOCHS
    ]
    found += [replace(default, end=year, varies="end") for year in _ends(comparable, start)]
    found += [
        replace(default, definition=scaled(definition, factor, steps), varies="threshold")
        for factor in FLOOR_FACTORS
    ]
    found += [
        replace(
            default, definition=definition.model_copy(update={"connectivity": touch}), varies="connectivity"
        )
        for touch in CONNECTIVITIES
    ]
    once: dict[str, Specification] = {}
    for each in found:
        once.setdefault(each.name, each)
    return list(once.values())


def scaled(
    definition: DelineateParameters, factor: float, steps: dict[str, float | None]
) -> DelineateParameters:
    """Return the definition with its floors times ``factor``.

    A source that counts in steps has no floor between two of them, and none below the first.
    """
    floors = {}
    for source, floor in definition.where.items():
        step = steps.get(source)
        scaled_floor = floor * factor
        floors[source] = max(round(scaled_floor / step), 1) * step if step else scaled_floor
    return definition.model_copy(update={"where": floors})


def floor_steps(stacks: dict[str, Stack]) -> dict[str, float | None]:
    """Return the step of each source's floors; counts have none, since their floor is per km²."""
    return {name: None if stack.kind == "count" else stack.step for name, stack in stacks.items()}


def find_sensitivity(
    cells: Cells,
    chosen: list[Specification],
    rule: IdentifyParameters,
    comparable: Comparable,
    *,
    calibrations: Mapping[str, str] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> pd.DataFrame:
    """Answer the study's question in every way.

    Parameters
    ----------
    cells
        Scanned with floors no higher than those of any specification.
    chosen
        From :func:`specifications`.
    rule
        The study's comparison; its start and end are replaced.
    comparable
        Which years go together.
    calibrations
        Of DMSP lights: by table the name of its stack. Verdicts are then those on which two agree; the plain
        rule is that of the first.
    progress
        Told ``("sensitivity", done, in all)``.

    Returns
    -------
    DataFrame
        ``model.SENSITIVITY``, one row a specification.

    Notes
    -----
    Nothing is read again: each rule is applied to the cells in memory, and outlines are not drawn. The cost
    is that of labelling and adding up per rule, and of one identification per specification.
    """
    import pandas as pd

    areas_km2 = cells.areas_km2()
    sources = tuple(calibrations.values()) if calibrations else (rule.source,)
    measured: dict[str, tuple[pd.DataFrame, pd.DataFrame] | None] = {}
    rows = []
    for done, each in enumerate(chosen):
        key = replace(each, start=0, end=0, varies="").name
        if key not in measured:
            if not _can_be_asked(cells, each):
                continue
            measured[key] = _measure(cells, each, sources, comparable, areas_km2)
        rows.append(_row(each, measured[key], cells.stacks, rule, comparable, calibrations))
        if progress:
            progress("sensitivity", done + 1, len(chosen))
    frame = pd.DataFrame(rows, columns=[column.name for column in SENSITIVITY.columns])
    return SENSITIVITY.check(frame)


def _can_be_asked(cells: Cells, each: Specification) -> bool:
    """Whether the cells were scanned with floors as low as this."""
    scanned = {floor.source: floor.at_least for floor in cells.floors}
    return all(scanned[source] <= floor for source, floor in each.definition.where.items())


def _ends(comparable: Comparable, start: int) -> Iterable[int]:
    for year in comparable.years:
        if year > start:
            try:
                comparable.segment(start, year)
            except CityebbError:  # across a joint: no comparison, in no specification
                continue
            yield year


def _measure(
    cells: Cells,
    each: Specification,
    sources: tuple[str, ...],
    comparable: Comparable,
    areas_km2: NDArray[np.float64],
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Return cities without outlines and their panel; ``None`` where there is no city."""
    import pandas as pd

    from cityebb.delineate import find_regions
    from cityebb.measure import measure_regions

    regions = find_regions(cells, each.definition, years=each.years, areas_km2=areas_km2)
    if not len(regions):
        return None
    names = pd.Index([f"{number:07d}" for number in range(len(regions))], name="city_id")
    cities = pd.DataFrame(
        {
            "country": pd.Series([None] * len(regions), index=names, dtype="object"),
            "area_km2": pd.Series(regions.area_km2, index=names),
            "cells": pd.Series(regions.cells, index=names),
            "size_class": pd.Series(size_class(regions.area_km2), index=names),
            "definition": "sensitivity",
            "boundary_vintage": f"{each.definition.epoch} {each.years[0]}, {each.years[1]}",
        },
        index=names,
    )
    inside = np.flatnonzero(regions.labels)
    within = at_places(cells, inside, sources)
    labels, areas = regions.labels[inside], areas_km2[inside]
    parts = []
    for source, year in product(sources, comparable.years):
        stack = cells.stacks[source]
        if year not in stack.years:  # a table of calibration does not know every satellite
            continue
        found = measure_regions(within, labels, source, year, areas_km2=areas)
        parts.append(
            pd.DataFrame(
                {
                    "city_id": names,
                    "year": year,
                    "indicator": f"{stack.indicator}_sum",
                    "source": source,
                    "value": found.total,
                    "sd": found.total_sd,
                    "coverage": found.coverage,
                    "unit": stack.sum_unit,
                    "concept": stack.concept,
                    "grade": stack.grade,
                }
            )
        )
    return cities, pd.concat(parts, ignore_index=True)


def at_places(cells: Cells, places: NDArray[np.intp], sources: Iterable[str]) -> Cells:
    """Return some of the candidate cells, with some sources; sums over them are the same, bit for bit."""
    wanted = set(sources)
    raw = {key: values[places] for key, values in cells.raw.items() if key[0] in wanted}
    return replace(cells, rows=cells.rows[places], columns=cells.columns[places], raw=raw)


def _row(
    each: Specification,
    measured: tuple[pd.DataFrame, pd.DataFrame] | None,
    stacks: Any,  # noqa: ANN401 - a mapping of stacks
    rule: IdentifyParameters,
    comparable: Comparable,
    calibrations: Mapping[str, str] | None,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "specification": each.name,
        "epoch": each.definition.epoch,
        "at_least": f" {each.definition.join} ".join(
            f"{source} ≥ {floor:g} {stacks[source].mean_unit}"
            for source, floor in each.definition.where.items()
        ),
        "connectivity": each.definition.connectivity,
        "start": str(each.start),
        "end": str(each.end),
        "varies": each.varies,
        "is_default": each.varies == "default",
        **dict.fromkeys(("cities", "plain_down", "plain_up", "shrinking", "growing", "undetermined"), 0),
    }
    if measured is None:
        return row
    import pandas as pd

    cities, panel = measured
    if calibrations:
        tables = with_years(calibrations, stacks, each.start, each.end)
        if not tables:
            return row | {"cities": len(cities), "undetermined": len(cities)}
        by_table = [
            _judge(each, cities, panel, stacks[name], rule, comparable).assign(calibration=table)
            for table, name in tables.items()
        ]
        verdicts = agreed(pd.concat(by_table, ignore_index=True), rule.source)
    else:
        verdicts = _judge(each, cities, panel, stacks[rule.source], rule, comparable)
    row["cities"] = len(cities)
    row["start"], row["end"] = (str(verdicts[name].iloc[0]) for name in ("start", "end"))
    for name in ("down", "up"):
        row[f"plain_{name}"] = int((verdicts["plain"] == name).sum())
    for name in ("shrinking", "growing", "undetermined"):
        row[name] = int((verdicts["state"] == name).sum())
    return row


def _judge(
    each: Specification,
    cities: pd.DataFrame,
    panel: pd.DataFrame,
    stack: Stack,
    rule: IdentifyParameters,
    comparable: Comparable,
) -> pd.DataFrame:
    """Judge the cities of a specification by one source, or by one calibration of it."""
    from cityebb.identify import identify

    there = set(stack.years)
    return identify(
        panel,
        cities,
        rule.model_copy(update={"source": stack.name, "start": each.start, "end": each.end}),
        indicator=stack.indicator,
        years=[year for year in comparable.segment(each.start, each.end) if year in there],
        era_years=[year for year in comparable.same_era(each.start) if year in there],
        specification=each.name,
    )
