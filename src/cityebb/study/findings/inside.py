"""What became of the parts of every city: its cells, or the units that a study names as its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from cityebb.model import InsideFound
    from cityebb.study.comparisons import Comparisons
    from cityebb.study.pipeline import Pipeline
    from cityebb.study.stages import Stage
    from cityebb.study.units import UnitPipeline


def stage(comparisons: Comparisons, name: str) -> Stage[InsideFound] | None:
    """Return the stage of what is found inside cities; ``None`` where a study does not ask."""
    if comparisons.rule(name).looks_inside is None:
        return None
    if name in comparisons.study.of_grids:
        from cityebb.study.findings.inside_cells import stage_of_cells

        return stage_of_cells(cast("Pipeline", comparisons), name)
    if comparisons.rule(name).parts is None:
        return None
    from cityebb.study.findings.inside_units import stage_of_units

    return stage_of_units(cast("UnitPipeline", comparisons), name)
