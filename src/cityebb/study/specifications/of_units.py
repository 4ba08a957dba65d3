"""The specifications of administrative units: other years, other thresholds, other boundaries."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.decide import UNDETERMINED
from cityebb.identify.many import judge_many
from cityebb.model import UNKNOWN_SIZE
from cityebb.study.specifications.answers import Answers
from cityebb.study.specifications.grid import Grid, Levels, line_levels, make_grid, ordered, thinned

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.study.units import UnitPipeline

MOST_YEARS = 5
"""First years, and last years, that are tried by themselves."""
_ORDER = ("as_published", "consistent", "vintage")


class OfUnits:
    """The specifications of one comparison of administrative units.

    Parameters
    ----------
    pipeline
        The stages of the study's administrative units.
    name
        Of the comparison.
    """

    def __init__(self, pipeline: UnitPipeline, name: str) -> None:
        self.pipeline, self.name = pipeline, name
        self.rule, self.indicator = pipeline.rule(name), pipeline.indicator(name)
        self.start, self.end = pipeline.years(name)
        self.boundaries = pipeline.study.harmonise.boundaries_of
        self.tried, self.lines = line_levels(self.rule, self.indicator)

    @cached_property
    def grid(self) -> Grid:
        """Every specification; of years, every pair in which one comes before the other."""
        asked, years = self.rule.specifications, self.pipeline.compared(self.name)
        firsts = thinned(years[:-1], self.start, MOST_YEARS) if asked.start is None else asked.start
        lasts = thinned(years[1:], self.end, MOST_YEARS) if asked.end is None else asked.end
        known = set(years)
        others: tuple[str, ...] | None = asked.boundaries
        if others is None:
            others = () if self.boundaries == "as_published" else ("as_published",)
        levels = {
            "start": ordered(self.start, [year for year in firsts if year in known]),
            "end": ordered(self.end, [year for year in lasts if year in known]),
            "threshold": self.tried,
            "boundaries": ordered(self.boundaries, others, order=_ORDER),
            "definition": Levels((self.rule.cities,)),
        }
        found = make_grid(levels, full=asked.grid != "cross")
        before = np.array(found.of("start")) < np.array(found.of("end"))
        return Grid(found.levels, found.places[before])

    def answers(self) -> Answers:
        """Answer the question in every specification."""
        grid, cities = self.grid, self.pipeline.frame(self.name)
        found = Answers.blank(grid, len(cities))
        groups = grid.groups(("boundaries",))
        for done, (key, members) in enumerate(groups):
            self._answer(grid.levels["boundaries"].levels[key[0]], members, cities, found)
            self.pipeline.progress("sensitivity", done + 1, len(groups))
        return found

    def names(self) -> list[str]:
        """Return a text for each specification that tells it from every other."""
        own = self.tried.levels[self.tried.own]
        columns = (self.grid.of(name) for name in ("boundaries", "start", "end", "threshold"))
        return [
            f"{boundaries}; {start}-{end}" + ("" if line == own else f"; change <= {line}")
            for boundaries, start, end, line in zip(*columns, strict=True)
        ]

    def at_least(self) -> list[str]:
        """Return nothing: units have no floors."""
        return [""] * len(self.grid)

    def on(self, boundaries: str) -> UnitPipeline:
        """Return the stages of the same study on other boundaries."""
        if boundaries == self.boundaries:
            return self.pipeline
        study = self.pipeline.study
        told = study.harmonise.model_dump() | {"boundaries": boundaries, "vintage": None, "outlines": ()}
        told |= {"spread": "area", "mask_above": None}
        other = type(study.harmonise).model_validate(told)
        own = self.pipeline
        return type(own)(
            replace(study, harmonise=other),
            own.opened,
            own.store,
            own.log,
            own.inputs,
            progress=own.progress,
            force=own.force,
        )

    def _answer(
        self, boundaries: str, members: NDArray[np.intp], cities: pd.DataFrame, found: Answers
    ) -> None:
        """Fill in the specifications on one kind of boundaries."""
        import pandas as pd

        from cityebb.identify.series import series_of

        other = self.on(boundaries)
        panel = other.panel(self.name).value
        own = boundaries == self.boundaries
        units = cities.index if own else pd.Index(pd.unique(panel["city_id"]), name="city_id")
        years = tuple(sorted(panel["year"].unique().tolist()))
        series = series_of(
            panel,
            units,
            indicator=f"{self.indicator}_sum",
            source=self.rule.source,
            years=years,
            min_coverage=self.rule.min_coverage,
        )
        classes = cities["size_class"].reindex(units).fillna(UNKNOWN_SIZE).to_numpy(dtype=np.str_)
        choices = self.grid.choices
        pairs = np.unique(np.column_stack([choices["start"], choices["end"]])[members], axis=0).tolist()
        told = judge_many(
            series,
            classes,
            indicator=self.indicator,
            comparisons=[self._between(years, *pair) for pair in pairs],
            lines=[self.lines[name] for name in self.tried.levels],
            alpha=self.rule.alpha,
            confidence=self.rule.confidence,
        )
        told.state[:, :, _in_doubt(units, other.comparable(self.name).value.comparability.audit)] = (
            UNDETERMINED
        )
        place = units.get_indexer(cities.index)
        for at in members.tolist():
            pair, line = (
                pairs.index([int(choices["start"][at]), int(choices["end"][at])]),
                int(choices["threshold"][at]),
            )
            state, plain = told.state[pair, line], told.plain[pair, line]
            found.states[at, place >= 0] = state[place[place >= 0]]
            found.count(at, state, plain)
            found.thresholds[at] = told.threshold[pair, line]
            found.plain_thresholds[at] = self.lines[self.tried.levels[line]].plain
            found.start[at], found.end[at] = told.start[pair], told.end[pair]

    def _between(self, years: tuple[int, ...], start: int, end: int) -> list[int]:
        first, last = (self.grid.levels[name].levels[at] for name, at in (("start", start), ("end", end)))
        return [year for year in years if first <= year <= last]


def _in_doubt(units: pd.Index[str], audit: pd.DataFrame) -> NDArray[np.bool_]:
    """Return the units whose figures are in such doubt that no verdict stands."""
    import pandas as pd

    from cityebb.identify import withhold

    verdicts = pd.DataFrame({"city_id": units.to_numpy(), "state": "", "reason": ""})
    doubted: NDArray[np.bool_] = (withhold(verdicts, audit)["state"] != "").to_numpy()
    return doubted
