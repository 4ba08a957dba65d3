"""Does light stand for people here? Cross-section, change on change, and what its calls are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.proxy.calls import calls_of
from cityebb.identify.proxy.describe import described
from cityebb.identify.proxy.period import Period, say_years
from cityebb.identify.proxy.words import JOINED, Caution
from cityebb.model import PROXY, PROXY_CALLS, PROXY_POINTS, CityebbError, Note, gather, may_show_shrinking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from cityebb.identify.proxy.figures import Figures

    Floats = NDArray[np.float64]

GROUPS = ("size_class", "region", "country")
"""By which columns of the cities groups are made where none are named, the finest first."""
# So many parts are foretold from the others; to which one a city belongs hangs on its name alone.
_FOLDS = 10
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Checked:
    """What was found of one pair of figures.

    Parameters
    ----------
    checks
        ``model.PROXY``: how well the one tells the other.
    calls
        ``model.PROXY_CALLS``: what it is worth that light calls a city shrinking or growing.
    points
        ``model.PROXY_POINTS``: the cities themselves.
    notes
        What limits all this.
    """

    checks: pd.DataFrame
    calls: pd.DataFrame
    points: pd.DataFrame
    notes: tuple[Note, ...] = ()


def check_proxy(
    light: Figures,
    other: Figures,
    cities: pd.DataFrame,
    *,
    period: Period,
    groups: Sequence[str] | None = None,
    verdicts: pd.DataFrame | None = None,
    threshold: float = -0.10,
    confidence: float = 0.90,
) -> Checked:
    """Check light against another figure of the same cities.

    Parameters
    ----------
    light, other
        One row a city, in the order of ``cities``; see :func:`~cityebb.identify.proxy.figures_of`.
    cities
        By ``city_id``, with the columns of ``groups``. ``region`` serves, besides, to leave out one region
        after the other.
    period
        Years of light and of the other figure. Where they are not the same, a caution says so.
    groups
        Columns of ``cities``; default those of ``size_class``, ``region`` and ``country`` that it has.
    verdicts
        ``model.VERDICTS`` of this light: its states are tried as calls, and its noise tells how much the
        slope is pulled towards zero.
    threshold
        Of the plain rule, a negative share.
    confidence
        Of all intervals.

    Returns
    -------
    Checked
        Tables and notes. A group of fewer than 20 cities with both figures is counted but not checked.

    Raises
    ------
    CityebbError, Faults
        If figures do not have one row a city, if a year or a group is not there, if the end is not after the
        start, or if a city occurs twice.

    Notes
    -----
    Cross-section: log against log at the end. Change: log change against log change. The slope is the
    elasticity of the other figure to light. Whether it *holds* is told out of sample: half of the differences
    or more, also in regions left out where there are three or more; *weak*, a rise together that is beyond
    chance, but tells less; *not shown*, none, or one that unseen cities do not bear out. Groups made by the
    size of the other figure cut its range short, and so their cross-section is loose by construction: make
    them by area, or by light. The order of cities does not matter. Cost: 20,000 cities in 100 groups, about
    half a second.

    References
    ----------
    Gibson, J. and Boe-Gibson, G. (2021), Nighttime lights and county-level economic activity in the United
    States: 2001 to 2019, Remote Sensing 13(14), 2741, doi:10.3390/rs13142741.
    Chen, X. and Nordhaus, W. D. (2011), Using luminosity data as a proxy for economic statistics, PNAS
    108(21), 8589–8594, doi:10.1073/pnas.1017031108.
    """
    spans, told = period.spans, period.told
    by = _checked(light, other, cities, groups, period, threshold)
    caution = _cautions(other, period)
    pair = _pair(light, other)
    x, y = light.logs(spans[1]), other.logs(spans[3])
    dx, dy = x - light.logs(spans[0]), y - other.logs(spans[2])
    noise = _noise_of_change(verdicts, cities.index, spans)
    parts, regions = _folds(cities.index), _codes(cities, "region")
    members = list(_grouped(cities, by))
    rows = [
        pair
        | {"proxy_kind": kind, "by": name, "group": group}
        | told
        | described(a, b, member, (parts, regions), error, confidence, caution)
        for kind, a, b, error in (("cross_section", x, y, None), ("change", dx, dy, noise))
        for name, group, member in members
    ]
    calls = calls_of(dx, dy, _states(verdicts, cities.index), members, threshold, confidence, caution)
    return Checked(
        PROXY.check(_frame(PROXY.names, rows)),
        PROXY_CALLS.check(_frame(PROXY_CALLS.names, [pair | told | row for row in calls])),
        PROXY_POINTS.check(_points(pair, cities.index, (x, y, dx, dy))),
        _notes(light, other, told, caution),
    )


def _grouped(cities: pd.DataFrame, by: Sequence[str]) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    import pandas as pd

    yield "all", "all", np.ones(len(cities), dtype=bool)
    for name in by:
        values = cities[name].astype(object).where(cities[name].notna(), _UNKNOWN).astype(str)
        codes, groups = pd.factorize(values, sort=True)
        for code, group in enumerate(groups):
            yield name, str(group), codes == code


def _folds(cities: pd.Index[str]) -> NDArray[np.int64]:
    import pandas as pd

    hashed = pd.util.hash_array(np.asarray(cities.astype(str), dtype=object), categorize=False)
    return (hashed % np.uint64(_FOLDS)).astype(np.int64)


def _codes(cities: pd.DataFrame, name: str) -> NDArray[np.int64] | None:
    import pandas as pd

    if name not in cities:
        return None
    codes, _ = pd.factorize(cities[name].astype(object).where(cities[name].notna(), _UNKNOWN))
    return codes.astype(np.int64)


def _noise_of_change(
    verdicts: pd.DataFrame | None, cities: pd.Index[str], spans: Sequence[tuple[int, ...]]
) -> Floats:
    """Return the standard deviation of each log change that a year's noise makes."""
    if verdicts is None or verdicts.empty:
        return np.full(len(cities), np.nan)
    noise = _by_city(verdicts)["noise"].reindex(cities).to_numpy(np.float64)
    scale: Floats = noise * np.sqrt(1 / len(spans[0]) + 1 / len(spans[1]))
    return scale


def _states(verdicts: pd.DataFrame | None, cities: pd.Index[str]) -> NDArray[np.str_] | None:
    if verdicts is None or verdicts.empty:
        return None
    states = _by_city(verdicts)["state"].reindex(cities)
    return states.where(states.notna(), "").to_numpy(dtype=np.str_)


def _by_city(verdicts: pd.DataFrame) -> pd.DataFrame:
    rows = verdicts.set_index("city_id")
    if rows.index.has_duplicates:
        twice = rows.index[rows.index.duplicated()]
        raise CityebbError(
            "model.rows_twice", table="verdicts", count=len(twice), example=f"city_id = {twice[0]}"
        )
    return rows


def _points(pair: dict[str, str], cities: pd.Index[str], logs: Sequence[Floats]) -> pd.DataFrame:
    import pandas as pd

    x, y, dx, dy = logs
    return pd.DataFrame(
        pair
        | {
            "city_id": cities.astype(str),
            "light_level": np.exp(x),
            "other_level": np.exp(y),
            "light_change": np.expm1(dx),
            "other_change": np.expm1(dy),
        }
    )


def _frame(names: Sequence[str], rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(names))


def _pair(light: Figures, other: Figures) -> dict[str, str]:
    return {
        "light_source": light.source,
        "light_indicator": light.indicator,
        "other_source": other.source,
        "other_indicator": other.indicator,
        "concept": other.concept,
    }


def _cautions(other: Figures, period: Period) -> str:
    found = []
    if other.counts_people and other.concept == "registered":
        found.append(Caution.REGISTERED)
    if other.counts_people and other.concept == _UNKNOWN:
        found.append(Caution.UNKNOWN_CONCEPT)
    if other.counts_people and not may_show_shrinking(other.grade):
        found.append(Caution.CARRIED_FORWARD)
    if period.differ:
        found.append(Caution.PERIODS_DIFFER)
    if other.concept == "current_prices":
        found.append(Caution.CURRENT_PRICES)
    return JOINED.join(found)


def _notes(light: Figures, other: Figures, told: dict[str, str], caution: str) -> tuple[Note, ...]:
    values = {
        "light": light.source,
        "other": other.source,
        "indicator": other.indicator,
        "concept": other.concept,
        **told,
    }
    keys = {
        Caution.REGISTERED: "identify.proxy.note.registered",
        Caution.UNKNOWN_CONCEPT: "identify.proxy.note.unknown_concept",
        Caution.CARRIED_FORWARD: "identify.proxy.note.carried_forward",
        Caution.PERIODS_DIFFER: "identify.proxy.note.periods_differ",
        Caution.CURRENT_PRICES: "identify.proxy.note.current_prices",
    }
    return tuple(
        Note(keys[Caution(code)], dict(values), "warning", other.source)
        for code in caution.split(JOINED)
        if code
    )


def _checked(
    light: Figures,
    other: Figures,
    cities: pd.DataFrame,
    groups: Sequence[str] | None,
    period: Period,
    threshold: float,
) -> tuple[str, ...]:
    first, last, other_first, other_last = period.spans
    with gather() as fault:
        for figures in (light, other):
            if np.shape(figures.values) != (len(cities), len(figures.years)):
                fault(_misshapen(figures, len(cities)))
        if cities.index.has_duplicates:
            twice = cities.index[cities.index.duplicated()]
            example = f"city_id = {twice[0]}"
            fault(CityebbError("model.rows_twice", table="cities", count=len(twice), example=example))
        for name in groups or ():
            if name not in cities:
                fault(CityebbError("model.column_missing", table="cities", column=name))
        for one, two in ((first, last), (other_first, other_last)):
            if one and two and max(one) >= min(two):
                fault(CityebbError("identify.proxy.order", start=say_years(one), end=say_years(two)))
        if not -1 < threshold < 0:
            fault(CityebbError("identify.proxy.threshold", threshold=threshold))
    return tuple(name for name in GROUPS if name in cities) if groups is None else tuple(groups)


def _misshapen(figures: Figures, cities: int) -> CityebbError:
    return CityebbError(
        "identify.proxy.shape",
        source=figures.source,
        indicator=figures.indicator,
        shape=np.shape(figures.values),
        cities=cities,
        years=len(figures.years),
    )
