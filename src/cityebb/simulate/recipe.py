"""What a simulated country is made from: everything that decides it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from cityebb.model import SIZE_CLASSES, CityebbError, gather


@dataclass(frozen=True)
class Course:
    """How the light of a kind of town moves.

    Parameters
    ----------
    name
        What the course is called in the truth table.
    share
        Of all towns, 0 to 1; the shares of a recipe add up to 1.
    yearly
        Lowest and highest yearly growth (-0.03 is a loss of 3 % a year); each town draws its own once.
    then
        The same for the second half of the years; ``None`` where the course does not turn.
    """

    name: str
    share: float
    yearly: tuple[float, float]
    then: tuple[float, float] | None = None


@dataclass(frozen=True)
class Joint:
    """A change of instrument after ``year``: every later value is multiplied by ``gain``.

    ``declared`` tells whether the stack names it; an undeclared joint must be found.
    """

    year: int
    gain: float = 1.4
    declared: bool = False


@dataclass(frozen=True)
class Lamps:
    """New lamps: from ``year`` on, a ``share`` of the towns looks ``gain`` times as bright; nobody has left.

    The instrument does not see the blue light of white lamps, so that new lamps look darker.
    """

    year: int
    share: float = 0.1
    gain: float = 0.8


@dataclass(frozen=True)
class Clouds:
    """In each of ``years``, a ``share`` of the country was never seen: its cells are missing."""

    years: tuple[int, ...]
    share: float = 0.1


@dataclass(frozen=True)
class Transfers:
    """Boundaries move at the end of ``year``, people do not: land passes between neighbouring units.

    Every town is the seat of a unit. Each unit takes part in one event at most.

    Parameters
    ----------
    year
        Of all events; a census of that year stands on the new boundaries.
    share
        Of all units, 0 to 1: those that give land to a neighbour.
    part
        Of the people of such a unit, 0 to 1: those who live on that land (as nearly as whole cells allow).
    merged
        Of all units, 0 to 1: those that are merged whole into a neighbour.
    """

    year: int
    share: float = 0.15
    part: float = 0.3
    merged: float = 0.05


COURSES = (
    Course("growing", 0.32, (0.02, 0.06)),
    Course("stable", 0.36, (-0.003, 0.003)),
    Course("shrinking", 0.20, (-0.06, -0.02)),
    Course("returning", 0.07, (-0.07, -0.04), (0.04, 0.07)),
    Course("late", 0.05, (-0.002, 0.002), (-0.08, -0.05)),
)

# Robust SD of one city's log light from year to year on the yearly lights of China (Chen et al. 2021,
# doi:10.7910/DVN/YGIVCD), by size class: small cities flicker more.
CITY_NOISE = {"<5": 0.13, "5-10": 0.13, "10-20": 0.11, "20-50": 0.09, "50-200": 0.065, "200+": 0.04}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides a simulated country; the same recipe gives the same bits.

    Parameters
    ----------
    seed
        Of every draw. Each cause draws from its own stream, so that switching one off leaves the others.
    shape
        Rows and columns.
    cell_degrees, left, top
        Cell size and north-west corner in degrees, EPSG:4326. The default lies in the open South Pacific,
        hundreds of kilometres from any settlement, so that no real town can be taken for a simulated one.
    years
        Strictly rising.
    cities
        Number of towns.
    smallest_km2, largest_km2, zipf
        Lit area of the town of rank ``k`` among ``n``: ``smallest * (n / k) ** (1 / zipf)``, at most
        ``largest``.
    floor
        Light at a town's edge, in ``unit``; its lit area is measured there.
    courses
        What becomes of the towns; the shares add up to 1.
    city_noise
        SD of the log of a town's light, drawn each year for the whole town, by size class; ``None``: no
        noise.
    cell_noise
        SD of the log of a cell's light, drawn each year for each cell.
    step
        Values are rounded to multiples of it and stored in 8 bits, as on the lights of China; ``None``
        keeps them as 32-bit floats.
    lost_year, lost_share
        A year in which that share of the lit cells reads zero, or ``None``.
    joint, lamps, clouds, transfers
        See their classes; ``None`` for none.
    census
        Years in which the people of the units are counted; empty: the first and the last year.
    people_per_km2, rural_per_km2
        People a km² of a town's lit area, and of its unit's land, in the first year.
    people_pace
        People follow light at this pace: where a town's light changes by a factor, its people change by that
        factor to this power; 1 for the same.
    migration_km
        How far each town's centre of light moves in a year, in a direction of its own.
    specks
        Lights of one to four cells that are no towns.
    unit
        Of a cell's value.

    Raises
    ------
    CityebbError, Faults
        If the recipe contradicts itself.

    Examples
    --------
    >>> Recipe().cities, Recipe().years[0], Recipe().years[-1]
    (60, 2013, 2022)
    """

    seed: int = 1
    shape: tuple[int, int] = (400, 500)
    cell_degrees: float = 0.0045
    left: float = -128.0
    top: float = -32.0
    years: tuple[int, ...] = tuple(range(2013, 2023))
    cities: int = 60
    smallest_km2: float = 4.5
    largest_km2: float = 1500.0
    zipf: float = 1.0
    floor: float = 2.0
    courses: tuple[Course, ...] = COURSES
    city_noise: tuple[tuple[str, float], ...] | None = tuple(CITY_NOISE.items())
    cell_noise: float = 0.1
    step: float | None = 1.0
    lost_year: int | None = 2014
    lost_share: float = 0.3
    joint: Joint | None = None
    lamps: Lamps | None = None
    clouds: Clouds | None = None
    transfers: Transfers | None = None
    census: tuple[int, ...] = ()
    people_per_km2: float = 2000.0
    rural_per_km2: float = 20.0
    people_pace: float = 0.4
    migration_km: float = 0.0
    specks: int = 150
    unit: str = "DN"

    def __post_init__(self) -> None:
        with gather() as fault:
            for name, fits in self._conditions().items():
                if not fits:
                    fault(CityebbError(f"simulate.{name}"))
            for name, value, low, high in self._measures():
                if not low <= value <= high:
                    told = {"name": name, "found": f"{value:g}", "low": f"{low:g}", "high": f"{high:g}"}
                    fault(CityebbError("simulate.beyond_measure", **told))

    @property
    def counted(self) -> tuple[int, ...]:
        """The years in which people are counted."""
        return self.census or (self.years[0], self.years[-1])

    def _measures(self) -> list[tuple[str, float, float, float]]:
        """Return what can be written and still be no country: name, value, least and most."""
        # What is below its least is told by the conditions; no number is told of twice.
        cells = max(self.shape[0] * self.shape[1], 1)
        told: list[tuple[str, float, float, float]] = [
            *(("years", year, 1, 9999) for year in self.years),
            ("cities", max(self.cities, 1), 1, cells),
            ("specks", max(self.specks, 0), 0, cells),
            ("people_per_km2", max(self.people_per_km2, 0), 0, 1e7),
            ("rural_per_km2", max(self.rural_per_km2, 0), 0, 1e7),
            ("people_pace", max(self.people_pace, 0), 0, 10),
            ("migration_km", self.migration_km, 0, 100),
            ("cell_noise", max(self.cell_noise, 0), 0, 5),
            ("left", self.left, -180, 180),
            *(("city_noise", max(sd, 0), 0, 5) for _, sd in self.city_noise or ()),
            *(("gain", max(each.gain, 0), 0, 1000) for each in (self.joint, self.lamps) if each),
        ]
        for course in self.courses:
            for low, high in (course.yearly, course.then or course.yearly):
                told += [("yearly", low, -0.99, 10), ("yearly", high, low, 10)]
        return list(dict.fromkeys(told))

    def _conditions(self) -> dict[str, bool]:
        years = set(self.years)
        named = {year for year in (self.lost_year, self.joint and self.joint.year) if year is not None}
        named |= {self.lamps.year} if self.lamps else set()
        named |= set(self.clouds.years) if self.clouds else set()
        named |= {self.transfers.year} if self.transfers else set()
        named |= set(self.census)
        shares = [self.lost_share, *(course.share for course in self.courses)]
        shares += [self.lamps.share] if self.lamps else []
        shares += [self.clouds.share] if self.clouds else []
        moved = self.transfers
        shares += [moved.share, moved.part, moved.merged, 2 * (moved.share + moved.merged)] if moved else []
        sizes = {size for size, _ in self.city_noise or ()}
        return {
            "seed_wrong": self.seed >= 0,
            "years_not_rising": len(self.years) >= 2 and all(a < b for a, b in pairwise(self.years)),  # noqa: PLR2004 - two years make a change
            "year_unknown": named <= years,
            "census_wrong": len(self.census) != 1 and all(a < b for a, b in pairwise(self.census)),
            "sizes_wrong": min(self.shape) > 0
            and self.cities > 0
            and self.specks >= 0
            and 0 < self.smallest_km2 <= self.largest_km2
            and min(self.zipf, self.floor, self.cell_degrees, self.people_per_km2, self.people_pace) > 0
            and self.rural_per_km2 >= 0
            and all(each.gain > 0 for each in (self.joint, self.lamps) if each)
            and (self.step is None or self.step > 0),
            "shares_wrong": all(0 <= share <= 1 for share in shares)
            and abs(sum(course.share for course in self.courses) - 1) < 1e-9,  # noqa: PLR2004 - rounding of the shares' sum
            "noise_wrong": self.cell_noise >= 0
            and (self.city_noise is None or sizes == set(SIZE_CLASSES))
            and all(sd >= 0 for _, sd in self.city_noise or ()),
            "off_the_earth": self.top <= 90  # noqa: PLR2004 - the pole
            and self.top - self.shape[0] * self.cell_degrees >= -90  # noqa: PLR2004 - the pole
            and self.shape[1] * self.cell_degrees <= 360,  # noqa: PLR2004 - once around
        }


def with_every_trap(recipe: Recipe) -> Recipe:
    """Return a recipe with new lamps, clouds, transfers and two censuses besides what it has.

    In the middle of its years, where these are not in it yet; a joint is left out, since it would cut the
    years in two.

    Examples
    --------
    >>> traps = with_every_trap(Recipe())
    >>> traps.lamps.year, traps.clouds.years, traps.transfers.year, traps.counted
    (2018, (2016,), 2018, (2013, 2022))
    """
    middle = recipe.years[len(recipe.years) // 2]
    before = recipe.years[max(len(recipe.years) // 2 - 2, 0)]
    return replace(
        recipe,
        lamps=recipe.lamps or Lamps(middle),
        clouds=recipe.clouds or Clouds((before,)),
        transfers=recipe.transfers or Transfers(middle),
    )


def china_like(seed: int = 1) -> Recipe:
    """Return a recipe with as many towns as a large country has: 2,000 on 2,400 x 3,000 cells.

    About 7 million cells a year; it is made in some ten seconds.
    """
    return Recipe(seed=seed, shape=(2400, 3000), cities=2000, specks=5000)
