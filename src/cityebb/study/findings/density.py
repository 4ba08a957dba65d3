"""Sum and density of light, in physical cities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.study.comparisons import Comparisons
    from cityebb.study.stages import Stage


def stage(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame] | None:
    """Return the stage of ``model.DENSITY``; none where no light is compared on cells."""
    rule = comparisons.rule(name)
    where = getattr(comparisons.study.delineate.get(rule.cities), "where", None)
    if where is None or comparisons.indicator(name) != "light":
        return None
    floor = float(where.get(rule.source, 0.0))

    def make() -> pd.DataFrame:
        from cityebb.identify import window_of
        from cityebb.measure import measure_lit
        from cityebb.model import DENSITY

        window = window_of(comparisons.compared(name))
        start, end = window.text()
        cells, cities = comparisons.inside(name)
        found = measure_lit(cells, cities, rule.source, window.start, window.end, floor=floor)
        told: dict[str, Any] = {
            "source": rule.source,
            "indicator": "light",
            "start": start,
            "end": end,
            "floor": floor,
        }
        return found.reset_index(names="city_id").assign(**told)[DENSITY.names]

    asked = [*comparisons.compared(name), rule.source, floor]
    return comparisons.table(f"density-{name}", [comparisons.measured(name).key, *asked], "identify", make)
