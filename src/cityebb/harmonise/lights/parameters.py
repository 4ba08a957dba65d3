"""What a study says of one source of night lights: ``[harmonise.lights.NAME]``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from cityebb.harmonise.lights.viirs import Cleaning
from cityebb.model import CityebbError

Month = Annotated[int, Field(ge=1, le=12)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
_PAIR = 2


def _pairs(value: object) -> object:
    """Refuse places that are no pair, in a sentence of their own."""
    if isinstance(value, list | tuple):
        for place in value:
            if not isinstance(place, list | tuple) or len(place) != _PAIR:
                raise CityebbError("harmonise.far_from_no_pair", found=str(place))
    return value


Places = Annotated[tuple[tuple[Longitude, Latitude], ...], BeforeValidator(_pairs)]
CalibrationTable = Literal["elvidge_2014", "elvidge_2009", "liu_2012", "wu_2013"]


class LightsParameters(Cleaning):
    """How the night lights of one source are made comparable.

    Parameters
    ----------
    tables
        DMSP: the published calibrations. The first of them, in the order ``elvidge_2014``, ``elvidge_2009``,
        ``liu_2012``, ``wu_2013``, gives outlines and figures; a verdict needs two that agree. Default: all
        that know at least two of the years.
    dim_is_dark
        DMSP: whether calibrated values up to 6 are darkness, as some do. Default no.
    self_calibration
        Whether the series is calibrated by its own cells that change least. Default: for DMSP where some year
        stands in fewer than two of the tables, as one more calibration beside them; else not. Other lights
        are replaced by the self-calibrated ones.
    reference
        The year on whose scale self-calibration puts the others; default the middle one.
    far_from
        Longitude and latitude of cities suspected of change, ``[[130.3, 47.3]]``: no cell within 200 km of
        them calibrates.
    months
        Monthly composites: the months of which a year is made, in all years the same. Default: those that
        every year has. ``[5, 6, 7, 8, 9]`` is free of snow in the north of China.
    negative
        VIIRS: what a negative radiance means, zero (default) or missing.
    background
        VIIRS: radiance below this is darkness, nW/cm²/sr; 0.3 to 0.5 for monthly data. Default: none is.
    fewest_views
        VIIRS: cells with fewer cloud-free observations in a year are missing; see ``views`` of the source.
        For Black Marble its own flag of quality decides unless this is written.
    flares_km
        VIIRS: radius about each flare within which light is missing, km; see ``flares`` of the source.
    cap
        VIIRS: radiance of the brightest legitimate core; what exceeds it takes the highest value of its
        neighbours that does not. Default: outliers stay.

    Examples
    --------
    >>> LightsParameters(tables=["elvidge_2014", "wu_2013"]).tables
    ('elvidge_2014', 'wu_2013')
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    tables: Annotated[tuple[CalibrationTable, ...], Field(min_length=1)] | None = None
    dim_is_dark: bool = False
    self_calibration: bool | None = None
    reference: int | None = None
    far_from: Places = ()
    months: Annotated[tuple[Month, ...], Field(min_length=1)] | None = None

    @property
    def cleans(self) -> bool:
        """Whether the study says anything of cleaning."""
        return bool(self.model_fields_set & set(Cleaning.model_fields))
