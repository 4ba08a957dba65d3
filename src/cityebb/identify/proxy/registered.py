"""Whether figures said to be people count those registered rather than those who live there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.proxy.fit import ranks
from cityebb.identify.proxy.shares import NOTHING, Interval, normal_quantile
from cityebb.identify.proxy.words import LEAST_CITIES
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.proxy.figures import Figures

    Floats = NDArray[np.float64]

# Where people leave, the register holds more than live there, and where they arrive, fewer: by so much, as a
# ratio between the thirds that fall most and rise most, that no carrying forward of residents explains it.
_APART = 1.10
# A figure may be this many years from the census beside which it is set.
_YEARS_OFF = 2
# Figures within a third of ten times, or ten thousand times, less are in another unit.
_UNITS = (10.0, 1e3, 1e4)


@dataclass(frozen=True)
class Registered:
    """What figures of people look like beside a census of residents of the same places.

    Parameters
    ----------
    found
        ``"registered"``, ``"resident"``, ``"unclear"``, or ``"not_checked"`` for fewer than 20 places.
    places
        With all three figures: those asked about, and two censuses.
    year, census_year
        Which were set beside each other.
    unit
        By how much the figures were multiplied to be people.
    median_ratio
        Of figure to census.
    leaving_ratio, arriving_ratio
        The same in the third of places that changed least favourably between the censuses, and in the third
        that grew most.
    apart
        The first over the second, with its interval: 1 where the figures do not know who left.
    rank_r
        Spearman's correlation of the ratio with the change between the censuses.
    """

    found: str
    places: int = 0
    year: int = 0
    census_year: int = 0
    unit: float = 1.0
    median_ratio: float = np.nan
    leaving_ratio: float = np.nan
    arriving_ratio: float = np.nan
    apart: Interval = NOTHING
    rank_r: float = np.nan

    def __bool__(self) -> bool:
        """Whether they look registered."""
        return self.found == "registered"


def looks_registered(figures: Figures, census: Figures, *, confidence: float = 0.99) -> Registered:
    """Tell registered from resident people by the pattern that migration leaves.

    Parameters
    ----------
    figures
        People of places, of any year within two years of a census.
    census
        Residents of the same places, on the same boundaries, at two censuses or more.
    confidence
        Of the interval of ``apart``.

    Returns
    -------
    Registered
        *registered* where the thirds lie more than a tenth apart with that confidence, *resident* where they
        lie less than a tenth apart with it, else *unclear*.

    Raises
    ------
    CityebbError
        If the two do not have the same number of places.

    Notes
    -----
    Who moves away often stays on the register: places that lost people hold more registered than resident,
    places that won them fewer. So figure over census is compared between the third of places that fell most
    (or grew least) between the censuses and the third that grew most, by medians, with the interval of Price
    and Bonett. A census year without a figure is reached by carrying the census on, or back, at the rate
    between the two. One odd place moves nothing: only medians and ranks are used.

    References
    ----------
    Price, R. M. and Bonett, D. G. (2002), Distribution-free confidence intervals for difference and ratio of
    medians, Journal of Statistical Computation and Simulation 72(2), 119–124, doi:10.1080/00949650212140.
    """
    if len(figures.values) != len(census.values):
        counts = f"{figures.source} {len(figures.values)}, {census.source} {len(census.values)}"
        raise CityebbError("identify.rules.cities_differ", counts=counts)
    if len(census.years) < 2:  # noqa: PLR2004 - a change needs two
        return Registered("not_checked")
    best = Registered("not_checked")
    for year in figures.years:
        counted = min(census.years, key=lambda told: (abs(told - year), -told))
        if abs(counted - year) > _YEARS_OFF:
            continue
        ratio, growth = _ratio(figures, census, year, counted)
        known = np.isfinite(ratio) & np.isfinite(growth)
        off = (abs(counted - year), -int(known.sum()))
        if known.sum() >= LEAST_CITIES and (best.places == 0 or off < _off(best)):
            best = _judged(ratio[known], growth[known], year, counted, confidence)
    return best


def with_concept(figures: Figures, census: Figures) -> tuple[Figures, tuple[Note, ...]]:
    """Return figures called registered where they look it, whatever was said of them, and a note.

    What is said to be registered stays so. A census is never doubted.
    """
    if figures.grade == "census" or figures.concept == "registered":
        return figures, ()
    found = looks_registered(figures, census)
    if not found:
        return figures, ()
    values = {
        "source": figures.source,
        "census": census.source,
        "year": found.year,
        "places": found.places,
        "leaving": found.leaving_ratio,
        "arriving": found.arriving_ratio,
        "concept": figures.concept,
    }
    note = Note("identify.proxy.note.looks_registered", values, "warning", figures.source)
    return replace(figures, concept="registered"), (note,)


def _off(found: Registered) -> tuple[int, int]:
    return abs(found.census_year - found.year), -found.places


def _ratio(figures: Figures, census: Figures, year: int, counted: int) -> tuple[Floats, Floats]:
    """Return the log of figure over census, and the yearly log growth between the censuses about it."""
    others = sorted((told for told in census.years if told != counted), key=lambda told: abs(told - counted))
    span = counted - others[0]
    growth = (census.logs((counted,)) - census.logs((others[0],))) / span
    ratio = figures.logs((year,)) - census.logs((counted,)) - growth * (year - counted)
    return ratio, growth


def _judged(ratio: Floats, growth: Floats, year: int, counted: int, confidence: float) -> Registered:
    middle = float(np.median(ratio))
    unit = next((size for size in _UNITS if abs(middle + np.log(size)) < np.log(3)), 1.0)
    ratio = ratio + np.log(unit)
    low, high = np.quantile(growth, (1 / 3, 2 / 3))
    leaving, arriving = ratio[growth <= low], ratio[growth >= high]
    gap = float(np.median(leaving) - np.median(arriving))
    half = normal_quantile(confidence) * float(np.hypot(_median_error(leaving), _median_error(arriving)))
    line = np.log(_APART)
    found = "registered" if gap - half > line else "resident" if abs(gap) + half < line else "unclear"
    of_ratio, of_growth = ranks(ratio), ranks(growth)
    flat = np.ptp(of_ratio) == 0 or np.ptp(of_growth) == 0
    return Registered(
        found,
        len(ratio),
        year,
        counted,
        unit,
        float(np.exp(np.median(ratio))),
        float(np.exp(np.median(leaving))),
        float(np.exp(np.median(arriving))),
        Interval(*(float(np.exp(value)) for value in (gap, gap - half, gap + half))),
        np.nan if flat else float(np.corrcoef(of_ratio, of_growth)[0, 1]),
    )


def _median_error(values: Floats) -> float:
    """Return the standard error of a median from two order statistics (Price and Bonett 2002)."""
    from scipy.special import bdtr

    count = len(values)
    ordered = np.sort(values)
    place = max(int(np.floor(count / 2 - np.sqrt(count) + 0.5)), 1)
    outside = 2 * float(bdtr(place - 1, count, 0.5))
    z = normal_quantile(1 - max(outside, 1e-12))
    return float(ordered[count - place] - ordered[place - 1]) / (2 * z)
