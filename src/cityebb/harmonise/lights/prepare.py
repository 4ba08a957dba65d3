"""From night lights as their makers publish them to series whose years can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.harmonise.lights._dmsp_series import dmsp_series
from cityebb.harmonise.lights._viirs_series import viirs_series
from cityebb.harmonise.lights.parameters import LightsParameters
from cityebb.harmonise.lights.viirs import Cleaning
from cityebb.model import CityebbError, gather

if TYPE_CHECKING:
    from cityebb.harmonise.lights._series import ComparableLights
    from cityebb.read.lights import ReadLights


def make_lights_comparable(read: ReadLights, parameters: LightsParameters | None = None) -> ComparableLights:
    """Calibrate DMSP lights, clean VIIRS lights, and make years of months; say what was done.

    Parameters
    ----------
    read
        From :func:`cityebb.read.open_lights`.
    parameters
        The study's ``[harmonise.lights.NAME]``.

    Raises
    ------
    CityebbError, Faults
        If a satellite-year never flew; a table knows fewer than two years; something is asked for that is not
        for these lights; a month is missing; or too few invariant cells are found.
    """
    told = parameters or LightsParameters()
    _check(read, told)
    return dmsp_series(read, told) if read.product == "dmsp" else viirs_series(read, told)


def _check(read: ReadLights, told: LightsParameters) -> None:
    """Refuse what is not for these lights."""
    given, name = told.model_fields_set, read.stack.name
    dmsp = read.product == "dmsp"
    with gather() as fault:
        only_dmsp = sorted(given & {"tables", "dim_is_dark"})
        if only_dmsp and not dmsp:
            fault(CityebbError("harmonise.only_for_dmsp", source=name, keys=", ".join(only_dmsp)))
        has_views = any(one.views is not None for one in read.composites)
        if dmsp and (told.cleans or read.flares or has_views):
            keys = sorted(given & set(Cleaning.model_fields))
            keys += ["views"] * has_views + ["flares"] * bool(read.flares)
            told_of = {"keys": ", ".join(keys), "count": len(keys)}
            fault(CityebbError("harmonise.only_for_viirs", source=name, **told_of))
        idle = sorted(key for key in given & {"reference", "far_from"} if getattr(told, key))
        if idle and (told.self_calibration is False or not (dmsp or told.self_calibration)):
            fault(CityebbError("harmonise.only_self_calibrated", source=name, keys=", ".join(idle)))
        if told.months is not None and all(one.month is None for one in read.composites):
            fault(CityebbError("harmonise.no_months", source=name))
        if "fewest_views" in given and not has_views and not dmsp:
            fault(CityebbError("harmonise.no_views", source=name))
