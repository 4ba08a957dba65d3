"""What a study may say of its verdicts, and the thresholds that hold where it says nothing."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from cityebb.identify.choices import SpecificationParameters
from cityebb.identify.inside.parameters import Belonging, InsideParameters
from cityebb.identify.watching import WatchParameters

# Long Ying's light rule for 2013–2016 and 2000–2012: a fall by a tenth or more.
LIGHT_THRESHOLD = -0.10
# None is established for built-up land; the light rule's lets the two be set side by side.
BUILT_UP_THRESHOLD = -0.10
# Wolff and Wiechmann (2018), doi:10.1177/0969776417694680: ±0.15 % a year is stability.
PEOPLE_THRESHOLD_PER_YEAR = -0.0015

RuleValue = bool | int | float | str | tuple[int, ...]


class IdentifyParameters(BaseModel):
    """One ``[identify.NAME]`` table of a study.

    Parameters
    ----------
    cities
        The definition of cities, by its name in ``[delineate.NAME]``.
    source
        The source measured, by its name in ``[read.NAME]``.
    indicator, concept
        Of a table with several: which figure, for example ``"people"``, and what it counts, ``"resident"``.
    start, end
        First and last year of the comparison; default: the latest stretch of comparable years.
    threshold
        A share of the start, negative, over the whole comparison: cities at or below it may be shrinking,
        cities at or above its opposite growing; zero: any fall that is beyond doubt. Default by indicator,
        see :func:`threshold_of`.
    plain_threshold
        The same for the plain rule of the literature, which knows no noise; zero: any fall at all.
    alpha
        Share of false alarms tolerated among those called shrinking (and among those called growing).
    confidence
        Of the interval ``low`` to ``high``.
    regions
        Boundary layer, by its name in ``[read.NAME]``, whose units are the regions that ``relative_change``
        compares each city with; default: countries. A region of fewer than thirty cities with a change gives
        way to all cities.
    min_coverage
        Least share of a city's area with a valid value that a year needs to be used. What is missing in one
        year and there in the other would pass for change, so this lies well inside the light threshold.

    rules
        Rules of the literature by which every city is judged besides: names, or tables of a name, altered
        parameters and, where wanted, a name for the rows,
        ``{rule = "falling_years_running", run = 4, name = "four years"}``; default all that the figures can
        answer. ``[]``: none.
    inside
        Whether to look into every city, at its cells or at the units named in ``parts``: ``false``, ``true``
        or a table ``[identify.NAME.inside]`` of its own.
    parts
        Of administrative units: another comparison, by its name in ``[identify.NAME]``, whose units are parts
        of this one's, as counties are of prefectures; over the same years.
    parts_by
        How such a part is known to lie in a city: by the ``"code"``, which begins with the city's, or by a
        point inside its ``"outline"``.
    specifications
        Which other ways to answer the same question are tried: ``[identify.NAME.specifications]``, see
        :class:`~cityebb.identify.SpecificationParameters`.
    watch
        How cities are watched year after year: ``[identify.NAME.watch]``, see
        :class:`~cityebb.identify.WatchParameters`.

    Examples
    --------
    >>> IdentifyParameters(cities="lit", source="lights").alpha
    0.05
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cities: str
    source: str
    indicator: str | None = None
    concept: str | None = None
    start: int | None = None
    end: int | None = None
    threshold: float | None = Field(default=None, gt=-1, le=0)
    plain_threshold: float = Field(default=-0.10, gt=-1, le=0)
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    confidence: float = Field(default=0.90, gt=0.5, lt=1)
    min_coverage: float = Field(default=0.95, gt=0, le=1)
    rules: tuple[str | dict[str, RuleValue], ...] | None = None
    regions: str | None = None
    inside: bool | InsideParameters = True
    parts: str | None = None
    parts_by: Belonging = "code"
    specifications: SpecificationParameters = SpecificationParameters()
    watch: WatchParameters = WatchParameters()

    @property
    def looks_inside(self) -> InsideParameters | None:
        """How to look into the cities; ``None`` where nobody is to."""
        if isinstance(self.inside, bool):
            return InsideParameters() if self.inside else None
        return self.inside


def threshold_of(indicator: str, years_between: float, stated: float | None = None) -> float:
    """Return the threshold of a comparison as a (negative) share of its start.

    Parameters
    ----------
    indicator
        ``"light"``, ``"people"``, ``"built_up"``; jobs are treated as people are, any other as light.
    years_between
        Years from the middle of the start to the middle of the end.
    stated
        What the study says; it wins.

    Examples
    --------
    >>> threshold_of("light", 3)
    -0.1
    >>> round(threshold_of("people", 10), 4)
    -0.015
    """
    if stated is not None:
        return stated
    if indicator.removesuffix("_share") in ("people", "jobs"):
        return PEOPLE_THRESHOLD_PER_YEAR * years_between
    return BUILT_UP_THRESHOLD if indicator == "built_up" else LIGHT_THRESHOLD
