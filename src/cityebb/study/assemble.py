"""Put what the stages made together into what can be shown."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

from cityebb import __version__
from cityebb.model import BREAKS, CALIBRATIONS, Results
from cityebb.study.calibrated import calibrations
from cityebb.study.findings import fields_of

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.study.pipeline import Pipeline

_LIBRARIES = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "rasterio", "pyarrow", "scipy", "numba")


def assemble(pipeline: Pipeline, name: str, manifest: dict[str, Any]) -> Results:
    """Return the results of one comparison of physical cities.

    Parameters
    ----------
    pipeline
        The stages of the study's physical cities.
    name
        Of the ``[identify.NAME]`` table.
    manifest
        Inputs, parameters, versions and times.
    """
    study, stacks = pipeline.study, pipeline.opened.stacks
    rule = study.of_grids[name]
    definition = study.delineate[rule.cities]
    cities = pipeline.cities(rule.cities).value
    return Results(
        title=study.title,
        cities=cities.frame,
        panel=pipeline.panel(rule.cities).value,
        verdicts=pipeline.verdicts(name).value,
        summary=pipeline.summary(name).value,
        breaks=_breaks(pipeline),
        census=pipeline.cells.value.census,
        footprints=cities.footprints,
        definition={
            "name": rule.cities,
            "where": dict(definition.where),
            "units": {source: stacks[source].mean_unit for source in definition.where},
            "join": definition.join,
            "epoch": definition.epoch,
            "years": list(pipeline.outline_years(rule.cities)),
            "connectivity": definition.connectivity,
            "min_area_km2": definition.min_area_km2,
        },
        comparison=_comparison(pipeline, name),
        sources={source: _source(pipeline, source) for source in pipeline.opened.sources},
        notes=pipeline.notes(name),
        calibrations=calibrations(pipeline.by_calibration(name).value)
        if rule.source in pipeline.opened.calibrations
        else CALIBRATIONS.empty(),
        manifest=manifest,
        **fields_of(pipeline, name),
    )


def versions() -> dict[str, str]:
    """Return the versions of the program and of what its numbers rest on."""
    import rasterio

    found = {"cityebb": __version__, "python": platform.python_version(), "gdal": rasterio.__gdal_version__}
    return found | {library: metadata.version(library) for library in _LIBRARIES}


def _breaks(pipeline: Pipeline) -> pd.DataFrame:
    import pandas as pd

    frames = [pipeline.comparable(source).value.frame for source in pipeline.opened.sources]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else BREAKS.empty()


def _comparison(pipeline: Pipeline, name: str) -> dict[str, Any]:
    rule = pipeline.study.of_grids[name]
    stack = pipeline.opened.stacks[rule.source]
    comparable = pipeline.comparable(rule.source).value
    start, end = pipeline.years(name)
    verdicts = pipeline.verdicts(name).value
    years = comparable.segment(start, end)
    first = verdicts.iloc[0] if len(verdicts) else None
    return {
        "name": name,
        "source": rule.source,
        "indicator": stack.indicator,
        "start": window_years(first["start"], years) if first is not None else [start],
        "end": window_years(first["end"], years) if first is not None else [end],
        "threshold": float(first["threshold"]) if first is not None else rule.threshold,
        "plain_threshold": rule.plain_threshold,
        "unit": stack.sum_unit,
        "confidence": rule.confidence,
        "alpha": rule.alpha,
        "years": list(years),
        "left_out": dict(comparable.strangers),
    }


def window_years(text: str, years: tuple[int, ...]) -> list[int]:
    """Return the years that a verdict's ``start`` or ``end`` names."""
    ends = [int(part) for part in str(text).split("–")]
    return [year for year in years if ends[0] <= year <= ends[-1]]


def _source(pipeline: Pipeline, source: str) -> dict[str, Any]:
    stack = pipeline.opened.stacks[source]
    return {
        "indicator": stack.indicator,
        "kind": stack.kind,
        "unit": stack.unit,
        "zero": stack.zero,
        "years": list(stack.years),
        "step": stack.step,
        "joints": list(pipeline.comparable(source).value.joints),
        "citation": pipeline.study.read[source].citation_of or pipeline.opened.citations.get(source),
        "concept": stack.concept,
        "grade": stack.grade,
        "crs": stack.grid.name,
        "shape": list(stack.grid.shape),
    }
