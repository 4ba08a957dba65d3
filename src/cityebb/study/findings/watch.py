"""The cities of a comparison watched: every start and end, each year's list, a policy, gainers and losers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.identify import Windows
    from cityebb.study.comparisons import Comparisons
    from cityebb.study.stages import Stage

    Tables = dict[str, pd.DataFrame]


def stage(comparisons: Comparisons, name: str) -> Stage[Tables]:
    """Return the stage of windows, watch-lists, their counts, a policy's sides, gainers and balances."""
    rule = comparisons.rule(name)

    def make() -> Tables:
        from cityebb.identify import watch_cities

        cities = comparisons.sized(name)
        regional = comparisons.regional(name)
        if "region" in regional:
            cities = cities.assign(region=regional["region"])
        windows = _windows(comparisons, name)
        return watch_cities(windows, comparisons.verdicts(name).value, cities, rule.watch)

    asked = [rule.watch.model_dump(mode="json"), rule.regions]
    return comparisons.tables(f"watch-{name}", [comparisons.verdicts(name).key, *asked], "identify", make)


def ranking(comparisons: Comparisons, name: str) -> Stage[pd.DataFrame]:
    """Return the stage of ``model.RANKING``."""

    def make() -> pd.DataFrame:
        from cityebb.identify import rank_countries

        return rank_countries(comparisons.verdicts(name).value, comparisons.frame(name)["country"])

    return comparisons.table(f"ranking-{name}", [comparisons.verdicts(name).key], "identify", make)


def _windows(comparisons: Comparisons, name: str) -> Windows:
    """Judge every window; on DMSP lights a state stands where two calibrations say it."""
    from cityebb.identify import agreed_windows, all_windows
    from cityebb.identify.series import series_of
    from cityebb.study.lamps import heed_lamps

    rule, indicator, frame = comparisons.rule(name), comparisons.indicator(name), comparisons.frame(name)
    each = []
    for source, years in comparisons.series_named(name, comparisons.era(name)):
        series = series_of(
            comparisons.measured(name).value,
            frame.index,
            indicator=f"{indicator}_sum",
            source=source,
            years=years,
            min_coverage=rule.min_coverage,
        )
        each.append(all_windows(series, frame, rule, indicator=indicator, segments=[years]))
    found = agreed_windows(each) if rule.source in comparisons.opened.calibrations else each[0]
    lamps = comparisons.opened.lamps.get(rule.source)
    if lamps is None:
        return found
    heeded = heed_lamps(found.frame().assign(indicator=indicator, reason=""), lamps, frame)
    return found.with_states(heeded["state"])
