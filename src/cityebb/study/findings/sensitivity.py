"""How much the answer depends on the study's own choices: the grid of specifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from cityebb.model import SENSITIVITY
from cityebb.study import kept
from cityebb.study.cache import rooms_hash

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from cityebb.study.comparisons import Comparisons
    from cityebb.study.pipeline import Pipeline
    from cityebb.study.specifications.answers import Answers
    from cityebb.study.specifications.grid import Grid
    from cityebb.study.specifications.of_units import OfUnits
    from cityebb.study.specifications.physical import Physical
    from cityebb.study.stages import Stage
    from cityebb.study.units import UnitPipeline


@dataclass(frozen=True)
class Specified:
    """What the specifications of a comparison find: ``model.SENSITIVITY`` and ``model.ROBUSTNESS``."""

    sensitivity: pd.DataFrame
    robustness: pd.DataFrame


def sensitivity(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame] | None:
    """Return the stage of ``model.SENSITIVITY``."""
    return _table(comparisons, name, "sensitivity")


def robustness(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame] | None:
    """Return the stage of ``model.ROBUSTNESS``."""
    return _table(comparisons, name, "robustness")


def effects(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame] | None:
    """Return the stage of ``model.EFFECTS``."""
    found = specified(comparisons, name)
    if found is None:
        return None

    def make() -> pd.DataFrame:
        from cityebb.identify import effects_of

        return effects_of(found.value.sensitivity)

    return comparisons.table(f"effects-{name}", [found.key], "identify", make)


def specified(comparisons: Comparisons, name: str) -> Stage[Specified] | None:
    """Return the stage in which all specifications of a comparison are answered."""
    rule = comparisons.rule(name)
    if rule.specifications.grid == "none":
        return None
    of_units = rule.cities in comparisons.study.units

    def make() -> Specified:
        asked = _of_units(comparisons, name) if of_units else _physical(comparisons, name)
        told = {"specification": asked.names(), "at_least": asked.at_least()}
        return put_together(asked.grid, asked.answers(), told, comparisons.frame(name).index)

    rests: list[Any] = [comparisons.verdicts(name).key, rooms_hash("study")]
    rests += [
        comparisons.study.harmonise.model_dump(mode="json"),
        rule.specifications.model_dump(mode="json"),
    ]
    if not of_units:
        pipeline = cast("Pipeline", comparisons)
        rests += [pipeline.cells.key, _definitions(pipeline)]
    return comparisons.stage(f"specifications-{name}", rests, "identify", make=make, save=_save, load=_load)


def _physical(comparisons: Comparisons, name: str) -> Physical:
    from cityebb.study.specifications.physical import Physical

    return Physical(cast("Pipeline", comparisons), name)


def _of_units(comparisons: Comparisons, name: str) -> OfUnits:
    from cityebb.study.specifications.of_units import OfUnits

    return OfUnits(cast("UnitPipeline", comparisons), name)


def put_together(grid: Grid, answers: Answers, told: dict[str, Any], cities: pd.Index[str]) -> Specified:
    """Return the answers of a grid as tables."""
    from cityebb.identify import robustness_of
    from cityebb.study.specifications.grid import frame_of

    frame = frame_of(grid).assign(
        **told,
        start=answers.start,
        end=answers.end,
        threshold=answers.thresholds,
        plain_threshold=answers.plain_thresholds,
        **answers.counts,
    )
    table = SENSITIVITY.check(frame[SENSITIVITY.names])
    return Specified(table, robustness_of(answers.states, grid.choices, grid.own, cities))


def _definitions(pipeline: Pipeline) -> list[Any]:
    """Return the definitions at hand, and the years on which each outlines."""
    return [
        [name, each.model_dump(mode="json"), pipeline.outline_years(name)]
        for name, each in pipeline.study.delineate.items()
    ]


def _table(comparisons: Comparisons, name: str, field: str) -> Stage[pd.DataFrame] | None:
    found = specified(comparisons, name)
    if found is None:
        return None
    return comparisons.table(
        f"{field}-{name}", [found.key], "identify", lambda: cast("pd.DataFrame", getattr(found.value, field))
    )


def _save(found: Specified, folder: Path) -> None:
    for field, table in vars(found).items():
        kept.save_table(table, folder / f"{field}.parquet")


def _load(folder: Path) -> Specified:
    return Specified(
        kept.load_table(folder / "sensitivity.parquet"), kept.load_table(folder / "robustness.parquet")
    )
