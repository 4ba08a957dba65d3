"""The specifications of physical cities: what can be varied; each delineation is kept once it is made."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError
from cityebb.study.cache import rooms_hash
from cityebb.study.specifications.answers import AGREE, OF_DELINEATION, Answers, Question, answer
from cityebb.study.specifications.grid import Grid, Levels, line_levels, make_grid, ordered, thinned
from cityebb.study.specifications.patches import (
    Patches,
    at_places,
    find_patches,
    floor_steps,
    load_patches,
    save_patches,
    scaled,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.delineate import DelineateParameters
    from cityebb.grids import Cells
    from cityebb.identify import IdentifyParameters
    from cityebb.study.pipeline import Pipeline
    from cityebb.study.stages import Stage

EPOCHS = ("baseline", "final", "union", "intersection")
FLOOR_FACTORS = (0.5, 2.0)
"""The floors tried beside the study's own: half and twice."""
LEAST_AREA_KM2 = 5.0
MOST_CELLS = 400_000_000
"""Candidate cells times delineations up to which every combination is tried by itself."""


def floor_factors(rule: IdentifyParameters) -> tuple[float, ...]:
    """Return the factors by which a comparison multiplies its floors, its own among them.

    Examples
    --------
    >>> from cityebb.identify import IdentifyParameters
    >>> floor_factors(IdentifyParameters(cities="lit", source="lights"))
    (0.5, 1.0, 2.0)
    """
    asked = rule.specifications
    if asked.grid == "none":
        return (1.0,)
    return tuple(sorted({1.0, *(FLOOR_FACTORS if asked.floor is None else asked.floor)}))


class Physical:
    """The specifications of one comparison of physical cities.

    Parameters
    ----------
    pipeline
        The stages of the study's physical cities.
    name
        Of the comparison.
    """

    def __init__(self, pipeline: Pipeline, name: str) -> None:
        self.pipeline, self.name = pipeline, name
        self.rule = pipeline.rule(name)
        self.own = pipeline.study.delineate[self.rule.cities]
        self.start, self.end = pipeline.years(name)
        self.steps = floor_steps(pipeline.opened.stacks)
        self._delineations: dict[tuple[int, ...], tuple[DelineateParameters, tuple[int, int]]] = {}

    @cached_property
    def question(self) -> Question:
        """What is asked in every specification."""
        opened, source = self.pipeline.opened, self.rule.source
        calibrations = dict(opened.calibrations.get(source) or {})
        names = list(calibrations.values()) or [source]
        indicator = self.pipeline.indicator(self.name)
        return Question(
            self.rule,
            indicator,
            self.start,
            self.pipeline.comparable(source).value,
            {name: opened.stacks[name] for name in names},
            calibrations,
            line_levels(self.rule, indicator)[1],
        )

    @cached_property
    def grid(self) -> Grid:
        """Every specification."""
        levels = self._levels()
        delineations = math.prod(len(levels[name].levels) for name in OF_DELINEATION)
        asked = self.rule.specifications.grid
        fits = len(self.pipeline.cells.value) * delineations <= MOST_CELLS
        return make_grid(levels, full=asked == "full" or (asked is None and fits))

    @property
    def is_cut(self) -> bool:
        """Whether only one choice is changed at a time because there are too many cells for more."""
        whole = math.prod(len(each.levels) for each in self.grid.levels.values())
        return self.rule.specifications.grid is None and len(self.grid) < whole

    def answers(self) -> Answers:
        """Answer the question in every specification."""
        tell = self.pipeline.progress
        cities = len(self.pipeline.frame(self.name))
        return answer(
            self.grid,
            self.question,
            cities,
            lambda key: self.patches(key).value,
            progress=lambda done, of: tell("sensitivity", done, of),
        )

    def patches(self, key: tuple[int, ...]) -> Stage[Patches]:
        """Return what one delineation finds; kept, so that a run that was killed goes on after it."""
        definition, years = self.delineation(key)
        least = min(self.grid.levels["min_area"].levels)
        asked, measured = self.question, self.question.years

        def make() -> Patches:
            cells, areas, own_labels = self._within
            return find_patches(
                cells,
                definition.model_copy(update={"min_area_km2": least, "years": years}),
                areas_km2=areas,
                own_labels=own_labels,
                sources=list(asked.stacks),
                start=self.start,
                measured=measured,
                lamps=self._lamps,
            )

        own = self.pipeline.cities(self.rule.cities).key
        rests = [self.pipeline.cells.key, own, definition.model_dump(mode="json"), years, least]
        rests += [list(asked.stacks), self.start, list(measured), rooms_hash("study")]
        return self.pipeline.stage(
            f"patches-{self.name}-{'.'.join(map(str, key))}",
            rests,
            "measure",
            make=make,
            save=save_patches,
            load=load_patches,
        )

    def delineation(self, key: tuple[int, ...]) -> tuple[DelineateParameters, tuple[int, int]]:
        """Return the definition at these levels of :data:`OF_DELINEATION`, and the years it outlines on."""
        if key not in self._delineations:
            self._delineations[key] = self._delineate(key)
        return self._delineations[key]

    def _delineate(self, key: tuple[int, ...]) -> tuple[DelineateParameters, tuple[int, int]]:
        name, epoch, factor, connectivity = (
            self.grid.levels[dimension].levels[at] for dimension, at in zip(OF_DELINEATION, key, strict=True)
        )
        definition = scaled(self.pipeline.study.delineate[name], factor, self.steps)
        chosen = definition.model_copy(update={"epoch": epoch, "connectivity": connectivity})
        return chosen, self.pipeline.outline_years(name)

    def at_least(self) -> list[str]:
        """Say of each specification which floors it has."""
        stacks, told = self.pipeline.opened.stacks, {}
        for key, _ in self.grid.groups(("definition", "floor")):
            name, factor = (
                self.grid.levels[each].levels[at]
                for each, at in zip(("definition", "floor"), key, strict=True)
            )
            rule = scaled(self.pipeline.study.delineate[name], factor, self.steps)
            told[name, factor] = f" {rule.join} ".join(
                f"{source} ≥ {floor:g} {stacks[source].mean_unit}" for source, floor in rule.where.items()
            )
        return [told[pair] for pair in zip(self.grid.of("definition"), self.grid.of("floor"), strict=True)]

    def names(self) -> list[str]:
        """Return a text for each specification that tells it from every other."""
        grid, found = self.grid, []
        own = {name: each.levels[each.own] for name, each in grid.levels.items()}
        for at, row in enumerate(zip(*(grid.of(name) for name in grid.levels), strict=True)):
            chosen = dict(zip(grid.levels, row, strict=True))
            definition, years = self.delineation(
                tuple(int(grid.choices[name][at]) for name in OF_DELINEATION)
            )
            definition = definition.model_copy(update={"min_area_km2": chosen["min_area"]})
            text = name_of(definition, years, self.start, chosen["end"])
            if chosen["definition"] != own["definition"]:
                text = f"{chosen['definition']}: {text}"
            if chosen["threshold"] != own["threshold"]:
                text += f"; change <= {chosen['threshold']}"
            if chosen["calibration"] != own["calibration"]:
                text += f"; {chosen['calibration']}"
            found.append(text)
        return found

    @cached_property
    def _lamps(self) -> pd.DataFrame | None:
        """Return the declared replacements of lamps for what is compared, with their places."""
        from cityebb.identify import locate_lamps

        declared = self.pipeline.opened.lamps.get(self.rule.source)
        if declared is None or self.question.indicator != "light":
            return None
        return locate_lamps(declared, self.pipeline.frame(self.name))[0]

    @cached_property
    def _within(self) -> tuple[Cells, NDArray[np.float64], NDArray[np.int32]]:
        """Return the cells that any specification may take, their areas, and the study's labels on them."""
        from cityebb.delineate import built_up

        cells = self.pipeline.cells.value
        areas = cells.areas_km2()
        any_of = np.zeros(len(cells), bool)
        factor = min(self.grid.levels["floor"].levels)
        for name in self.grid.levels["definition"].levels:
            loosest = scaled(self.pipeline.study.delineate[name], factor, self.steps)
            loosest = loosest.model_copy(update={"epoch": "union"})
            any_of |= built_up(cells, loosest, years=self.pipeline.outline_years(name), areas_km2=areas)
        places = np.flatnonzero(any_of)
        sources = {*self.question.stacks}
        for name in self.grid.levels["definition"].levels:
            sources |= {*self.pipeline.study.delineate[name].where}
        labels = self.pipeline.cities(self.rule.cities).value.labels
        return at_places(cells, places, sources), areas[places], labels[places]

    def _levels(self) -> dict[str, Levels]:
        asked, own = self.rule.specifications, self.own
        levels, _ = line_levels(self.rule, self.question.indicator)
        definitions = self._definitions(asked.definition)
        outlined = {self.pipeline.outline_years(name) for name in definitions.levels}
        one_date = all(first == last for first, last in outlined)
        epochs = (own.epoch,) if one_date else EPOCHS if asked.epoch is None else asked.epoch
        tables = tuple(self.question.calibrations)
        alone = tables if asked.calibration is None else asked.calibration
        for table in set(alone) - set(tables):
            section, known = f"identify.{self.name}.specifications", ", ".join(tables) or "–"
            told = {"section": section, "key": "calibration", "name": table, "near": None, "known": known}
            raise CityebbError("study.refers_to_nothing", **told)
        return {
            "definition": definitions,
            "epoch": ordered(own.epoch, epochs, order=EPOCHS),
            "floor": self._floors(definitions.levels),
            "connectivity": ordered(
                own.connectivity, (4, 8) if asked.connectivity is None else asked.connectivity
            ),
            "min_area": ordered(own.min_area_km2, self._areas(asked.min_area_km2)),
            "start": Levels((self.start,)),
            "end": ordered(self.end, self._ends(asked.end)),
            "threshold": levels,
            "calibration": ordered(AGREE, alone, order=(AGREE, *tables)) if tables else Levels(("",)),
        }

    def _definitions(self, asked: tuple[str, ...] | None) -> Levels:
        """Return the definitions at hand: those on other sources, since all else is varied anyway."""
        known = self.pipeline.study.delineate
        others = (
            asked
            if asked is not None
            else tuple(
                name
                for name, each in known.items()
                if (set(each.where), each.join) != (set(self.own.where), self.own.join)
            )
        )
        return ordered(self.rule.cities, others, order=tuple(known))

    def _areas(self, asked: tuple[float, ...] | None) -> tuple[float, ...]:
        own = self.own.min_area_km2
        return asked if asked is not None else (2 * own or LEAST_AREA_KM2,)

    def _floors(self, definitions: tuple[str, ...]) -> Levels:
        """Return the factors that give other floors to every definition, which the cells can answer."""
        scanned = {floor.source: floor.at_least for floor in self.pipeline.cells.value.floors}
        known = [self.pipeline.study.delineate[name] for name in definitions]
        taken: dict[float, list[dict[str, float]]] = {1.0: [dict(each.where) for each in known]}
        for factor in floor_factors(self.rule):
            floors = [dict(scaled(each, factor, self.steps).where) for each in known]
            new = all(
                one != other for told in taken.values() for one, other in zip(floors, told, strict=True)
            )
            there = all(scanned[source] <= floor for each in floors for source, floor in each.items())
            if new and there:
                taken[factor] = floors
        return ordered(1.0, taken)

    def _ends(self, asked: tuple[int, ...] | None) -> tuple[int, ...]:
        comparable = self.question.comparable
        if asked is not None:
            for year in asked:
                comparable.segment(self.start, year)
            return asked
        return thinned(
            [year for year in comparable.same_era(self.start) if year > self.start and self._reaches(year)],
            self.end,
        )

    def _reaches(self, year: int) -> bool:
        try:
            self.question.comparable.segment(self.start, year)
        except CityebbError:  # across a joint: no comparison, in no specification
            return False
        return True


def name_of(definition: DelineateParameters, years: tuple[int, int], start: int, end: int) -> str:
    """Return a text that tells a definition and comparison from every other."""
    floors = f" {definition.join} ".join(f"{k}>={v:g}" for k, v in definition.where.items())
    first, last = years
    return (
        f"{floors}; {definition.epoch} {first},{last}; {definition.connectivity}-connected; "
        f">={definition.min_area_km2:g} km2; {start}-{end}"
    )
