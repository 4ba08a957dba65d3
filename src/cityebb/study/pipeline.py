"""The rooms in their order: each stage with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from cityebb.model import CityebbError, Note, gather
from cityebb.study import kept
from cityebb.study.calibrated import agreed, with_years
from cityebb.study.comparisons import Comparisons
from cityebb.study.findings import findings_of
from cityebb.study.lamps import heed_lamps, tell_lamps
from cityebb.study.nothing_reached import nothing_reached
from cityebb.study.specifications.patches import at_places, floor_steps, scaled
from cityebb.study.specifications.physical import Physical, floor_factors, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from cityebb.delineate import Cities
    from cityebb.grids import Cells, Criterion, Executor
    from cityebb.harmonise import Comparable
    from cityebb.study.cache import Store
    from cityebb.study.opening import Opened
    from cityebb.study.schema import Study
    from cityebb.study.stages import Log, Stage

    Progress = Callable[[str, int, int], None]

T = TypeVar("T")


class Pipeline(Comparisons):
    """The stages of a study's physical cities, made or found as they are asked for.

    Parameters
    ----------
    study, opened
        The study and its sources.
    store, log
        Where results are kept, and what is told of it.
    inputs
        Waits for the hashes of the files and returns their records.
    executor, progress, force
        As in :func:`cityebb.study.execute`.
    """

    def __init__(
        self,
        study: Study,
        opened: Opened,
        store: Store,
        log: Log,
        inputs: Callable[[], list[dict[str, Any]]],
        *,
        executor: Executor | None,
        progress: Progress,
        force: bool,
    ) -> None:
        super().__init__(study, opened, store, log, inputs, progress=progress, force=force)
        self.executor = executor

    def stages(self) -> Iterator[Stage[Any]]:
        """Yield every stage in the order in which they are made; each may need that those before it are."""
        if not self.study.delineate:  # grids, if any, are there to spread the people of units by
            return
        yield self.cells
        for source in self.opened.sources:
            yield self.comparable(source)
        for source in self.opened.cleaned:
            yield self.cleaned(source)
        self._check_comparisons()
        for name in self.study.delineate:
            yield self.cities(name)
            yield self.panel(name)
        for name in self.study.of_grids:
            yield self.verdicts(name)
            yield self.summary(name)
            yield from (stage for _, stage in findings_of(self, name))

    @cached_property
    def cells(self) -> Stage[Cells]:
        """Candidate cells of all sources and years."""
        prefetched: list[Cells] = []
        if not any(self.store.root.glob("scan-*")):
            prefetched.append(self._scan())  # nothing kept can be the answer: read while the hashes are made

        return self.stage(
            "scan",
            {
                "inputs": self.inputs(),
                "read": {name: table.model_dump(mode="json") for name, table in self.study.read.items()},
                "harmonise": self.study.harmonise.model_dump(mode="json"),
                "floors": [[floor.source, floor.at_least] for floor in self.floors],
            },
            "grids",
            make=lambda: prefetched.pop() if prefetched else self._scan(),
            save=kept.save_cells,
            load=lambda folder: kept.load_cells(folder, self.opened.stacks),
        )

    @cached_property
    def floors(self) -> list[Criterion]:
        """The loosest floors that any definition or specification will ask for."""
        from cityebb.delineate import loosest_floors

        definitions = list(self.study.delineate.values())
        factor = min(min(floor_factors(rule)) for rule in self.study.of_grids.values())
        steps = floor_steps(self.opened.stacks)
        loosened = [scaled(each, factor, steps) for each in definitions]
        return loosest_floors([*definitions, *loosened])

    def comparable(self, source: str) -> Stage[Comparable]:
        """Which years of a source go together."""
        from cityebb.harmonise import find_breaks

        def make() -> Comparable:
            self.progress("breaks", 0, 1)
            found = find_breaks(self.cells.value, source, self.study.harmonise)
            self.progress("breaks", 1, 1)
            return found

        return self.stage(
            f"breaks-{source}",
            [self.cells.key, source],
            "harmonise",
            make=make,
            save=kept.save_comparable,
            load=kept.load_comparable,
        )

    def cleaned(self, source: str) -> Stage[tuple[Note, ...]]:
        """Return how many cells each step of cleaning changed in a source of lights."""

        def make() -> tuple[Note, ...]:
            from cityebb.harmonise.lights import account

            layers = self.opened.cleaned[source]
            return account(layers, source, progress=lambda done, of: self.progress("clean", done, of))

        return self.stage(
            f"cleaned-{source}",
            [self.cells.key, source],
            "harmonise",
            make=make,
            save=kept.save_notes,
            load=kept.load_notes,
        )

    def years(self, name: str) -> tuple[int, int]:
        """First and last year of a comparison."""
        rule = self.study.of_grids[name]
        comparable = self.comparable(rule.source).value
        if rule.start is not None and rule.end is not None:
            return rule.start, rule.end
        first, last = comparable.default()
        if rule.start is not None:
            first, last = rule.start, max(comparable.same_era(rule.start))
        if rule.end is not None:
            last = rule.end
            first = first if first < last else min(comparable.same_era(last))
        if first >= last:
            raise CityebbError(
                "study.one_year", section=f"identify.{name}", source=rule.source, years=str(first)
            )
        return first, last

    def outline_years(self, definition: str) -> tuple[int, int]:
        """First and last year on which a definition's cities are outlined.

        The definition's own, else those of the first comparison that uses it; where a source of the
        definition lacks one of these, the first and last year between them that all its sources have.
        """
        table = self.study.delineate[definition]
        if table.years is not None:
            return table.years
        user = next((name for name, rule in self.study.of_grids.items() if rule.cities == definition), None)
        if user is None:
            first, last = self.comparable(next(iter(table.where))).value.default()
        else:
            first, last = self.years(user)
        stacks = [self.opened.stacks[source] for source in table.where]
        several = [set(stack.years) for stack in stacks if len(stack.years) > 1]
        common = set.intersection(*several) if several else {first, last}
        if {first, last} <= common:
            return first, last
        between = sorted(year for year in common if first <= year <= last)
        if not between:
            told = "; ".join(f"{stack.name}: {', '.join(map(str, stack.years))}" for stack in stacks)
            raise CityebbError(
                "study.no_common_year", section=f"delineate.{definition}", start=first, end=last, years=told
            )
        return between[0], between[-1]

    def cities(self, name: str) -> Stage[Cities]:
        """Return the cities of a definition."""
        table = self.study.delineate[name]
        years = self.outline_years(name)

        def make() -> Cities:
            from cityebb.delineate import delineate

            return delineate(self.cells.value, table, name=name, years=years, progress=self.progress)

        return self.stage(
            f"delineate-{name}",
            [self.cells.key, table.model_dump(mode="json"), years],
            "delineate",
            make=make,
            save=kept.save_cities,
            load=kept.load_cities,
        )

    def frame(self, name: str) -> pd.DataFrame:
        """Return the cities of a comparison."""
        found: pd.DataFrame = self.cities(self.rule(name).cities).value.frame
        return found

    def cities_key(self, name: str) -> str:
        """Return the key of the stage that made the cities of a comparison."""
        return self.cities(self.rule(name).cities).key

    def series_named(self, name: str, years: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
        """Return the series in which a comparison is judged: of DMSP lights one a calibration."""
        source = self.rule(name).source
        stacks = self.opened.calibrations.get(source, {source: source}).values()
        return [
            (stack, tuple(year for year in years if year in self.opened.stacks[stack].years))
            for stack in stacks
        ]

    def measured(self, name: str) -> Stage[pd.DataFrame]:
        """Return everything measured in the cities of a comparison."""
        return self.panel(self.rule(name).cities)

    def indicator(self, name: str) -> str:
        """Return what a comparison compares."""
        return self.opened.stacks[self.rule(name).source].indicator

    def compared(self, name: str) -> tuple[int, ...]:
        """Return the comparable years of a comparison, from its start to its end."""
        return tuple(self.comparable(self.rule(name).source).value.segment(*self.years(name)))

    def era(self, name: str) -> tuple[int, ...]:
        """Return every year that can be compared with those of a comparison."""
        return tuple(self.comparable(self.rule(name).source).value.same_era(self.years(name)[0]))

    def panel(self, name: str) -> Stage[pd.DataFrame]:
        """Every source in every year in the cities of a definition."""

        def make() -> pd.DataFrame:
            import pandas as pd

            from cityebb.measure import measure

            cells, cities = self._cells_of(name)
            parts = []
            for done, source in enumerate(self.opened.stacks):
                self.progress("measure", done, len(self.opened.stacks))
                parts.append(measure(cells, cities, source))
            self.progress("measure", len(parts), len(parts))
            return pd.concat(parts, ignore_index=True)

        return self.table(
            f"measure-{name}", [self.cities(name).key, list(self.opened.stacks)], "measure", make
        )

    def inside(self, name: str) -> tuple[Cells, Cities]:
        """Return the cells of the cities of a comparison, and these on them."""
        return self._cells_of(self.rule(name).cities)

    def _cells_of(self, definition: str) -> tuple[Cells, Cities]:
        whole = self.cities(definition).value
        inside = np.flatnonzero(whole.labels)  # most candidate cells belong to no city
        cells = at_places(self.cells.value, inside, self.opened.stacks)
        return cells, replace(whole, labels=whole.labels[inside])

    def verdicts(self, name: str) -> Stage[pd.DataFrame]:
        """Return the verdict on every city of a comparison."""
        rule = self.study.of_grids[name]

        def make() -> pd.DataFrame:
            self.progress("identify", 0, 1)
            calibrated = rule.source in self.opened.calibrations
            found = agreed(self.by_calibration(name).value, rule.source) if calibrated else self._judge(name)
            self.progress("identify", 1, 1)
            return heed_lamps(found, self.opened.lamps.get(rule.source), self.cities(rule.cities).value.frame)

        parts = [self.panel(rule.cities).key, self.comparable(rule.source).key, self.judged_by(name)]
        return self.table(f"identify-{name}", parts, "identify", make)

    def by_calibration(self, name: str) -> Stage[pd.DataFrame]:
        """Return the verdicts of a comparison of DMSP lights by every calibration that has its years."""
        rule = self.study.of_grids[name]
        start, end = self.years(name)

        def make() -> pd.DataFrame:
            import pandas as pd

            parts = [
                self._judge(name, stack).assign(calibration=table)
                for table, stack in with_years(
                    self.opened.calibrations[rule.source], self.opened.stacks, start, end
                ).items()
            ]
            return pd.concat(parts, ignore_index=True)

        parts = [self.panel(rule.cities).key, self.comparable(rule.source).key, self.judged_by(name)]
        return self.table(f"calibrated-{name}", [*parts, start, end], "identify", make)

    def _judge(self, name: str, stack: str | None = None) -> pd.DataFrame:
        """Judge every city by a source, or by another calibration of it."""
        from cityebb.identify import identify

        rule = self.study.of_grids[name]
        comparable = self.comparable(rule.source).value
        start, end = self.years(name)
        there = set(self.opened.stacks[stack or rule.source].years)
        return identify(
            self.panel(rule.cities).value,
            self.regional(name),
            rule if stack is None else rule.model_copy(update={"source": stack}),
            indicator=self.opened.stacks[rule.source].indicator,
            years=[year for year in comparable.segment(start, end) if year in there],
            era_years=[year for year in comparable.same_era(start) if year in there],
            specification=self.default_specification(name),
        )

    def summary(self, name: str) -> Stage[pd.DataFrame]:
        """Return the counts of a comparison."""

        def make() -> pd.DataFrame:
            from cityebb.identify import summarise

            cities = self.cities(self.study.of_grids[name].cities).value
            return summarise(self.verdicts(name).value, cities.frame)

        return self.table(f"summary-{name}", [self.verdicts(name).key], "identify", make)

    def default_specification(self, name: str) -> str:
        """Return the name of the study's own choice."""
        rule = self.study.of_grids[name]
        definition = self.study.delineate[rule.cities]
        return name_of(definition, self.outline_years(rule.cities), *self.years(name))

    def notes(self, name: str) -> tuple[Note, ...]:
        """Return what the stages of a comparison noticed."""
        found = list(self.opened.notes)
        cities = self.study.of_grids[name].cities
        first, last = self.outline_years(cities)
        start, end = self.years(name)
        for source in self.opened.sources:
            found += self.comparable(source).value.notes_on(start, end)
        for source in self.opened.cleaned:
            found += self.cleaned(source).value
        if list(self.cells.value.floors) != self.floors:
            found.append(Note("study.note.floors_as_they_are"))
        if (first, last) != (start, end):
            values = {"definition": cities, "first": first, "last": last, "start": start, "end": end}
            found.append(Note("study.note.outline_years", values))
        lamps = self.opened.lamps.get(self.rule(name).source)
        found += tell_lamps(self.verdicts(name).value, lamps, self.frame(name), self.rule(name).source)
        if Physical(self, name).is_cut:
            found.append(Note("study.note.specifications_cut", {"comparison": name}))
        return tuple(found)

    def _check_comparisons(self) -> None:
        """Refuse comparisons that cannot be made, all of them at once, before cities are looked for."""
        with gather() as fault:
            for name, rule in self.study.of_grids.items():
                try:
                    self.comparable(rule.source).value.segment(*self.years(name))
                except CityebbError as error:
                    fault(error)

    def _scan(self) -> Cells:
        before = [path.stat().st_mtime_ns for path in self.opened.files]
        cells = self._scan_with_what_fits()
        if not len(cells):
            raise nothing_reached(cells, self.study.delineate)
        for path, then in zip(self.opened.files, before, strict=True):
            if path.stat().st_mtime_ns != then:
                raise CityebbError("study.input_changed", path=str(path))
        return cells

    def _scan_with_what_fits(self) -> Cells:
        """Scan with the loosest floors; where the cells would not fit in memory, with those of the study."""
        from cityebb.delineate import loosest_floors
        from cityebb.grids import scan

        told: dict[str, Any] = {"executor": self.executor, "progress": self.progress}
        own = loosest_floors(self.study.delineate.values())
        try:
            return scan(self.opened.stacks, self.floors, **told)
        except CityebbError as error:
            if error.key != "grids.too_many_cells" or own == self.floors:
                raise
            return scan(self.opened.stacks, own, **told)
