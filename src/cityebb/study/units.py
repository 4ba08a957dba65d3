"""Administrative units: from tables and a ledger of their boundaries to verdicts, stage by stage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.model import BREAKS, CENSUS, FOOTPRINTS, Note, Results, people_class
from cityebb.study import kept
from cityebb.study.assemble import window_years
from cityebb.study.comparisons import Comparisons
from cityebb.study.findings import fields_of, findings_of
from cityebb.study.opening_units import layers_by_vintage
from cityebb.study.regions import outlines_of
from cityebb.study.series import choose_series, comparison_years, other_of
from cityebb.study.services import with_sampling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas as gpd
    import pandas as pd

    from cityebb.harmonise import ComparableCounts, Outlines
    from cityebb.study.stages import Stage

    Progress = Callable[[str, int, int], None]


class UnitPipeline(Comparisons):
    """The stages of a study's administrative units."""

    def stages(self) -> Iterator[Stage[Any]]:
        """Yield every stage in the order in which they are made."""
        for name in self.study.of_units:
            yield self.comparable(name)
            yield self.cities(name)
            yield self.panel(name)
            yield self.verdicts(name)
            yield self.summary(name)
            yield from (stage for _, stage in findings_of(self, name))

    def series(self, name: str) -> pd.DataFrame:
        """Return the figures of a comparison as published: one indicator and concept, ``model.COUNTS``."""
        rule, drop = self.rule(name), self.study.harmonise.drop_years
        told = self.study.tables[rule.source].concept
        return choose_series(self.opened.tables[rule.source].counts, rule, name, told, drop=drop)

    def years(self, name: str) -> tuple[int, int]:
        """First and last year of a comparison."""
        return comparison_years(self.series(name), self.rule(name), name)

    def comparable(self, name: str) -> Stage[ComparableCounts]:
        """Return the figures of a comparison on comparable boundaries."""

        def make() -> ComparableCounts:
            self.progress("harmonise", 0, 1)
            found = self._made_comparable(name, self.series(name))
            self.progress("harmonise", 1, 1)
            return found

        parts = [self.inputs(), self.study.parameters()["read"], self.study.harmonise.model_dump(mode="json")]
        return self.stage(
            f"comparable-{name}",
            [*parts, self.judged_by(name)],
            "harmonise",
            make=make,
            save=kept.save_comparable_counts,
            load=kept.load_comparable_counts,
        )

    def _made_comparable(self, name: str, series: pd.DataFrame) -> ComparableCounts:
        """Put figures of a comparison's table on its boundaries."""
        from cityebb.harmonise import Changes, make_counts_comparable
        from cityebb.study.beside import beside

        named = self.study.harmonise.ledger
        ledger = None if named is None else self.opened.ledgers[named]
        read = self.opened.tables[self.rule(name).source]
        told = self.study.harmonise
        if not (series["indicator"] == "people").all():  # the nation's total is one of people
            told = told.model_copy(update={"nation": None})
        return make_counts_comparable(
            series,
            told,
            years=self.years(name),
            changes=None if ledger is None else Changes(ledger.ledger, ledger.crosswalk, ledger.units),
            outlines=self.spread_from(),
            unused=self.unused(read.unused),
            guesses=read.guesses,
            beside=beside(self.opened.tables, self.rule(name).source, series),
        )

    def spread_from(self) -> Outlines | None:
        """Return the layers between which people are spread, and the grids they may be spread by."""
        from cityebb.harmonise import Outlines

        told = self.study.harmonise
        layers = layers_by_vintage(self.study)
        if not layers:
            return None
        stacks = self.opened.stacks
        kept = {
            name: replace(
                stack, layers=tuple(each for each in stack.layers if each.year not in told.drop_years)
            )
            for name, stack in stacks.items()
        }
        return Outlines(
            layers={vintage: self.outlines(layer) for vintage, layer in layers.items()},
            names=layers,
            stacks={name: stack for name, stack in kept.items() if stack.layers},
            spread=told.spread,
            above=told.mask_above,
        )

    def unused(self, of_table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that were not used, and those of the ledger with them."""
        import pandas as pd

        from cityebb.harmonise.ledger import check_ledger, left_out

        named = self.study.harmonise.ledger
        if named is None:
            return of_table
        read, file = self.opened.ledgers[named], Path(self.study.ledgers[named].ledger).name
        events = left_out(read.ledger, check_ledger(read.ledger, strict=False), file=file)
        parts = [part for part in (of_table, read.unused, events) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else of_table

    def cities(self, name: str) -> Stage[gpd.GeoDataFrame]:
        """Return the units of a comparison as cities."""
        table, named = self.study.units[self.rule(name).cities], self.map_of(name)

        def make() -> gpd.GeoDataFrame:
            from cityebb.delineate import administrative_cities

            found = self.comparable(name).value
            layer = None if named is None else self.outlines(named)
            return administrative_cities(
                found.counts,
                layer,
                name=self.rule(name).cities,
                vintage=found.comparability.vintage,
                country=table.country,
                members=found.comparability.members,
                places=self.opened.tables[self.rule(name).source].places,
            )

        layer = "" if named is None else self.study.outlines[named].model_dump(mode="json")
        parts = [self.comparable(name).key, table.model_dump(mode="json"), self.rule(name).cities, layer]
        return self.stage(
            f"units-{name}", parts, "delineate", make=make, save=kept.save_units, load=kept.load_units
        )

    def map_of(self, name: str) -> str | None:
        """Return the layer that shows the units: their own, or that onto which people are spread."""
        own = self.study.units[self.rule(name).cities].outlines
        target = str(self.study.harmonise.vintage or self.years(name)[1])
        return own if own is not None else layers_by_vintage(self.study).get(target)

    def outlines(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer of boundaries on WGS 84."""
        return outlines_of(self.opened, name)

    def panel(self, name: str) -> Stage[pd.DataFrame]:
        """Return the comparable figures of a comparison as a panel."""
        negative = self.opened.tables[self.rule(name).source].negative

        def make() -> pd.DataFrame:
            from cityebb.measure import mark_negative, panel_of_counts

            found, source = self.comparable(name).value, self.rule(name).source
            start, end = self.years(name)
            below = negative[negative["year"].between(start, end)]
            counts = mark_negative(found.counts, below, found.comparability.members)
            return panel_of_counts(with_sampling(counts, self.opened.services.get(source)), source=source)

        # Part of the key only where there is one: it is the rare table that has one.
        key = [self.comparable(name).key, *negative.astype(str).to_numpy().ravel().tolist()]
        return self.table(f"counts-{name}", key, "measure", make)

    def beside(self, name: str) -> Stage[pd.DataFrame] | None:
        """Return jobs beside people, or people beside jobs, on the boundaries of a comparison."""
        rule, drop = self.rule(name), self.study.harmonise.drop_years
        counts = self.opened.tables[rule.source].counts
        other = other_of(counts, str(self.series(name)["indicator"].iloc[0]))
        if other is None:
            return None
        asked = rule.model_copy(update={"indicator": other[0], "concept": other[1]})
        series = choose_series(counts, asked, name, drop=drop)

        def make() -> pd.DataFrame:
            from cityebb.measure import panel_of_counts

            found = with_sampling(
                self._made_comparable(name, series).counts, self.opened.services.get(rule.source)
            )
            return panel_of_counts(found, source=rule.source)

        return self.table(f"beside-{name}", [self.comparable(name).key, *other], "measure", make)

    def frame(self, name: str) -> pd.DataFrame:
        """Return the units of a comparison."""
        found: pd.DataFrame = self.cities(name).value
        return found

    def cities_key(self, name: str) -> str:
        """Return the key of the stage that made the units of a comparison."""
        return self.cities(name).key

    def sized(self, name: str) -> pd.DataFrame:
        """Return the units of a comparison classed by their people."""
        found: pd.DataFrame = sized(self.cities(name).value, self.verdicts(name).value, self.urban_area(name))
        return found

    def urban_area(self, name: str) -> pd.Series | None:
        """Return the residents of the urban area of each unit, where the table tells them."""
        counts = self.opened.tables[self.rule(name).source].counts
        told = counts[(counts["concept"] == "urban_area") & (counts["year"] <= self.years(name)[1])]
        if told.empty:
            return None
        latest = told.dropna(subset="value").sort_values("year", kind="stable")
        found: pd.Series = latest.drop_duplicates("unit_id", keep="last").set_index("unit_id")["value"]
        return found

    def measured(self, name: str) -> Stage[pd.DataFrame]:
        """Return everything known of the units of a comparison."""
        return self.panel(name)

    def indicator(self, name: str) -> str:
        """Return what a comparison compares."""
        return str(self.panel(name).value["indicator"].iloc[0]).removesuffix("_sum")

    def compared(self, name: str) -> tuple[int, ...]:
        """Return the years of a comparison, from its start to its end."""
        start, end = self.years(name)
        return tuple(year for year in self.era(name) if start <= year <= end)

    def era(self, name: str) -> tuple[int, ...]:
        """Return every year with comparable figures."""
        return tuple(sorted(self.panel(name).value["year"].unique().tolist()))

    def verdicts(self, name: str) -> Stage[pd.DataFrame]:
        """Return the verdict on every unit of a comparison."""

        def make() -> pd.DataFrame:
            from cityebb.identify import identify, withhold

            self.progress("identify", 0, 1)
            start, end = self.years(name)
            found = identify(
                self.panel(name).value,
                self.regional(name),
                self.rule(name),
                indicator=self.indicator(name),
                years=self.compared(name),
                era_years=self.era(name),
                specification=f"{self.study.harmonise.boundaries_of}; {start}-{end}",
            )
            self.progress("identify", 1, 1)
            return withhold(found, self.comparable(name).value.comparability.audit)

        parts = [self.panel(name).key, self.cities(name).key, self.judged_by(name)]
        return self.table(f"identify-{name}", parts, "identify", make)

    def summary(self, name: str) -> Stage[pd.DataFrame]:
        """Return the counts of a comparison."""

        def make() -> pd.DataFrame:
            from cityebb.identify import summarise

            return summarise(self.verdicts(name).value, self.sized(name))

        return self.table(f"summary-{name}", [self.verdicts(name).key], "identify", make)

    def notes(self, name: str) -> tuple[Note, ...]:
        """Return what the stages of a comparison noticed."""
        from cityebb.delineate import tell_map

        found = [*self.opened.notes, *self.comparable(name).value.notes, *self._dropped(name)]
        stated = {"gcj02": "GCJ-02", "bd09": "BD-09"}  # what was recognised is told where it was
        for layer in dict.fromkeys([self.map_of(name), *self.study.harmonise.outline_names]):
            if layer is not None and self.study.outlines[layer].datum in stated:
                datum = stated[self.study.outlines[layer].datum]
                found.append(Note("study.note.datum", {"layer": layer, "datum": datum}, "info", layer))
        own = self.map_of(name)
        layer = None if own is None else self.outlines(own)
        return (*found, *tell_map(self.cities(name).value, layer, own))

    def _dropped(self, name: str) -> list[Note]:
        """Tell which years of the table the study leaves out."""
        source = self.rule(name).source
        there = set(self.opened.tables[source].counts["year"].unique().tolist())
        return [
            Note("harmonise.year_dropped", {"source": source, "year": year}, "info", source)
            for year in sorted(there & set(self.study.harmonise.drop_years))
        ]


def sized(
    cities: gpd.GeoDataFrame, verdicts: pd.DataFrame, urban_area: pd.Series | None = None
) -> gpd.GeoDataFrame:
    """Return units classed by their people at the end of a comparison, or at its start where that is missing.

    Where the residents of the urban area (城区常住人口) are known of a unit, they class it: China's standard
    of 2014 counts these.

    Other figures than of people leave the classes as they are, by area. The classes by area are also those in
    which :func:`cityebb.identify.identify` pools noise; what is told of units goes by people.
    """
    if not (verdicts["indicator"] == "people").all():
        return cities
    rows = verdicts.drop_duplicates("city_id").set_index("city_id")
    people = rows["after"].fillna(rows["before"]).reindex(cities.index)
    if urban_area is not None:
        people = urban_area.reindex(cities.index).fillna(people)
    return cities.assign(size_class=people_class(people))


def assemble_units(pipeline: UnitPipeline, name: str, manifest: dict[str, Any]) -> Results:
    """Return the results of one comparison of administrative units.

    Parameters
    ----------
    pipeline
        The stages of the study's administrative units.
    name
        Of the ``[identify.NAME]`` table.
    manifest
        Inputs, parameters, versions and times.
    """
    study, rule = pipeline.study, pipeline.rule(name)
    found = pipeline.comparable(name).value
    return Results(
        title=study.title,
        cities=pipeline.sized(name),
        panel=pipeline.panel(name).value,
        verdicts=pipeline.verdicts(name).value,
        summary=pipeline.summary(name).value,
        breaks=BREAKS.empty(),
        census=CENSUS.empty(),
        footprints=FOOTPRINTS.empty(),
        definition={
            "name": rule.cities,
            "kind": "units",
            "source": rule.source,
            "outlines": pipeline.map_of(name),
            "boundaries": found.comparability.boundaries,
            "vintage": found.comparability.vintage,
        },
        comparison=_comparison(pipeline, name),
        sources={rule.source: _source(pipeline, name), **_ground(pipeline, name)},
        notes=pipeline.notes(name),
        comparability=found.comparability,
        manifest=manifest,
        **fields_of(pipeline, name),
    )


def _comparison(pipeline: UnitPipeline, name: str) -> dict[str, Any]:
    rule, panel = pipeline.rule(name), pipeline.panel(name).value
    verdicts = pipeline.verdicts(name).value
    start, end = pipeline.years(name)
    first = verdicts.iloc[0] if len(verdicts) else None
    years = tuple(sorted(panel["year"].unique().tolist()))
    return {
        "name": name,
        "source": rule.source,
        "indicator": str(panel["indicator"].iloc[0]).removesuffix("_sum"),
        "start": window_years(first["start"], years) if first is not None else [start],
        "end": window_years(first["end"], years) if first is not None else [end],
        "threshold": float(first["threshold"]) if first is not None else rule.threshold,
        "plain_threshold": rule.plain_threshold,
        "unit": str(panel["unit"].iloc[0]),
        "confidence": rule.confidence,
        "alpha": rule.alpha,
        "years": list(years),
        "left_out": {},
    }


def _ground(pipeline: UnitPipeline, name: str) -> dict[str, Any]:
    """Return the layers and grids that a comparison rests on besides its table."""
    study = pipeline.study
    own = pipeline.map_of(name)
    layers = dict.fromkeys([*study.harmonise.outline_names, *([own] if own is not None else [])])
    found: dict[str, Any] = {
        layer: {
            "indicator": "outlines",
            "years": [int(study.outlines[layer].vintage[:4])]
            if study.outlines[layer].vintage[:4].isdigit()
            else [],
            "citation": study.outlines[layer].citation,
        }
        for layer in layers
    }
    for source, stack in pipeline.opened.stacks.items() if study.harmonise.outlines else ():
        found[source] = {
            "indicator": stack.indicator,
            "kind": stack.kind,
            "unit": stack.unit,
            "zero": stack.zero,
            "years": list(stack.years),
            "step": stack.step,
            "joints": list(stack.joints),
            "citation": study.read[source].citation_of,
            "concept": stack.concept,
            "grade": stack.grade,
        }
    return found


def _source(pipeline: UnitPipeline, name: str) -> dict[str, Any]:
    series, source = pipeline.series(name), pipeline.rule(name).source
    return {
        "indicator": str(series["indicator"].iloc[0]),
        "kind": "count",
        "unit": str(series["unit"].iloc[0]),
        "zero": "value",
        "years": sorted(series["year"].unique().tolist()),
        "step": None,
        "joints": [],
        "citation": pipeline.study.tables[source].citation,
        "concept": str(series["concept"].iloc[0]),
        "grade": ", ".join(sorted(series["grade"].unique().tolist())),
    }
