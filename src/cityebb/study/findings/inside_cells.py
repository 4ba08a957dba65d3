"""The cells of physical cities: at the start and the end of a comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.study import kept

if TYPE_CHECKING:
    from cityebb.identify.change import Window
    from cityebb.model import InsideFound
    from cityebb.study.pipeline import Pipeline
    from cityebb.study.stages import Stage


# Of DMSP's digital numbers; where a source is known to be DMSP, calibrated years may reach beyond.
_HIGHEST_OF_DMSP = 63


def stage_of_cells(pipeline: Pipeline, name: str) -> Stage[InsideFound]:
    """Return the stage of what is found in the cells of a comparison's cities."""
    rule = pipeline.rule(name)
    asked = rule.looks_inside
    parts = [
        pipeline.cells.key,
        pipeline.cities(rule.cities).key,
        pipeline.comparable(rule.source).key,
        [rule.source, *pipeline.years(name), rule.threshold, pipeline.opened.products.get(rule.source)],
        None if asked is None else asked.model_dump(mode="json"),
    ]
    return pipeline.stage(
        f"inside-{name}",
        parts,
        "identify",
        make=lambda: _look(pipeline, name),
        save=kept.save_inside,
        load=kept.load_inside,
    )


def _look(pipeline: Pipeline, name: str) -> InsideFound:
    import numpy as np

    from cityebb.identify import threshold_of
    from cityebb.identify.inside import InsideParameters, cell_noise, look_inside
    from cityebb.measure import parts_of_cells
    from cityebb.model import InsideFound
    from cityebb.study.specifications.patches import at_places

    pipeline.progress("inside", 0, 3)
    rule = pipeline.rule(name)
    source, stack = rule.source, pipeline.opened.stacks[rule.source]
    window, era = _window(pipeline, name)
    whole = pipeline.cities(rule.cities).value
    there = np.flatnonzero(whole.labels)
    cells = at_places(pipeline.cells.value, there, pipeline.opened.stacks)
    cities = replace(whole, labels=whole.labels[there])
    parts = parts_of_cells(cells, cities, source, window.start, window.end)
    pipeline.progress("inside", 1, 3)
    parts["noise"] = cell_noise(cells, cities, source, era, averaged=len(window.start))
    pipeline.progress("inside", 2, 3)
    line = threshold_of(stack.indicator, window.years_between, rule.threshold)
    rules = (rule.looks_inside or InsideParameters()).rules(line, parts=len(parts))
    product = _product(pipeline, source)
    held = _withheld(pipeline, name, window)
    found = look_inside(parts, rules, product=product, unit=stack.unit, withheld=held)
    pipeline.progress("inside", 3, 3)
    told = {
        "threshold": rules.threshold,
        "alpha": rules.alpha,
        "least_parts": rules.least_parts,
        "least_known": rules.least_known,
        "centre": rules.centre,
        "permutations": rules.permutations,
        "start": list(window.start),
        "end": list(window.end),
        "noise": bool(parts["noise"].notna().any()),
        "product": product,
    }
    return InsideFound("cells", found.cities, parts, found.parts, asked=told)


def _product(pipeline: Pipeline, source: str) -> str | None:
    """Return which product a source of lights is; what reaches beyond the 63 of DMSP is not DMSP."""
    known = pipeline.opened.products.get(source)
    census = pipeline.cells.value.census
    highest = census.loc[census["source"] == source, "highest"].max()
    return "other" if known is None and highest > _HIGHEST_OF_DMSP else known


def _withheld(pipeline: Pipeline, name: str, window: Window) -> dict[str, str]:
    """Return the cities of which declared lamps forbid to say that anything shrinks, with that reason."""
    import pandas as pd

    from cityebb.model import State
    from cityebb.study.lamps import heed_lamps

    start, end = window.text()
    told = {"indicator": pipeline.indicator(name), "start": start, "end": end, "reason": ""}
    fallen = pd.DataFrame({"city_id": pipeline.frame(name).index, "state": State.SHRINKING.value}).assign(
        **told
    )
    heeded = heed_lamps(fallen, pipeline.opened.lamps.get(pipeline.rule(name).source), pipeline.frame(name))
    return dict(heeded.loc[heeded["reason"] != "", ["city_id", "reason"]].itertuples(index=False))


def _window(pipeline: Pipeline, name: str) -> tuple[Window, list[int]]:
    """Return the years of start and end as the verdicts take them, and those that tell of noise."""
    from cityebb.identify.change import window_of
    from cityebb.identify.counted import is_counted

    stack = pipeline.opened.stacks[pipeline.rule(name).source]
    there = set(stack.years)
    compared = [year for year in pipeline.compared(name) if year in there]
    averaged = not is_counted(stack.grade)
    return window_of(compared, averaged=averaged), [year for year in pipeline.era(name) if year in there]
