"""Open sources of night lights: made comparable, and with every calibration a verdict needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from cityebb.grids import Stack
    from cityebb.harmonise.lights import ComparableLights
    from cityebb.study.opening import Opened
    from cityebb.study.schema import Study


@dataclass(frozen=True)
class LightSource:
    """One source of night lights.

    Parameters
    ----------
    series
        Its lights, made comparable.
    files
        Files besides those of its layers.
    citation
        Whom to credit, where its names tell.
    lamps
        Where lamps are declared to have been replaced.
    product
        What its names, else the study, say it is; ``""`` where nobody does.
    """

    series: ComparableLights
    files: tuple[Path, ...]
    citation: str | None
    lamps: pd.DataFrame | None = None
    product: str = ""


def open_light_source(study: Study, name: str) -> LightSource:
    """Open a source of night lights and make its years comparable."""
    from cityebb.harmonise.lights import make_lights_comparable
    from cityebb.read.lights import CITATIONS, open_lights

    mixed = study.harmonise.onto is not None
    read = open_lights(name, study.read[name], study.folder, allow_mixed=mixed)
    series = make_lights_comparable(read, study.harmonise.lights.get(name))
    product = read.product or study.read[name].product or ""
    return LightSource(series, read.files, CITATIONS.get(read.product), read.lamps, product)


def with_calibrations(study: Study, opened: Opened, lights: dict[str, LightSource]) -> Opened:
    """Add the series of further calibrations, on the same grid, and what else lights have."""
    from cityebb.harmonise import align_stacks

    calibrations: dict[str, dict[str, str]] = {}
    further: dict[str, Stack] = {}
    for name, source in lights.items():
        if not source.series.calibrations or not study.delineate:
            continue
        calibrations[name] = {}
        for table, stack in source.series.calibrations.items():
            own = stack is source.series.stack
            calibrations[name][table] = name if own else f"{name}@{table}"
            if not own:
                further[f"{name}@{table}"] = replace(stack, name=f"{name}@{table}")
    stacks = dict(opened.stacks)
    if further:
        beside = study.harmonise.onto or next(iter(stacks))
        found, _ = align_stacks({beside: stacks[beside], **further}, study.harmonise, account=False)
        stacks |= {name: found[name] for name in further}
    # A year that no table knows is read for self-calibration only.
    paths = [path for stack in further.values() for layer in stack.layers for path in layer.files]
    paths += [path for source in lights.values() for path in source.files]
    return replace(
        opened,
        stacks=stacks,
        files=tuple(dict.fromkeys((*opened.files, *paths))),
        calibrations=calibrations,
        cleaned={name: source.series.cleaned for name, source in lights.items() if source.series.cleaned},
        lamps={name: source.lamps for name, source in lights.items() if source.lamps is not None},
        products={name: source.product for name, source in lights.items() if source.product},
        citations={name: source.citation for name, source in lights.items() if source.citation},
    )
