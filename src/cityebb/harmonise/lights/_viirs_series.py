"""VIIRS lights as one series: cleaned, and years made of months."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.harmonise.lights._series import ComparableLights, notes_on_fits, reference_place
from cityebb.harmonise.lights.layers import self_calibrated_layer
from cityebb.harmonise.lights.months import year_layer
from cityebb.harmonise.lights.sample import fit_series
from cityebb.harmonise.lights.viirs import CleanedLayer, Cleaning, cleaned_layer
from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from cityebb.grids import Layer
    from cityebb.harmonise.lights.parameters import LightsParameters
    from cityebb.read.lights import Composite, ReadLights

_SHOWN = 5


def viirs_series(read: ReadLights, told: LightsParameters) -> ComparableLights:
    """Clean, join months, and calibrate by invariant cells where the study asks for it."""
    found = (
        _of_months(read, told)
        if any(one.month is not None for one in read.composites)
        else _of_years(read, told)
    )
    if not told.self_calibration:
        return found
    layers = found.stack.layers
    place = reference_place([layer.year for layer in layers], told, read.stack.name)
    fits = fit_series(layers, place, far_from=told.far_from)
    stack = replace(
        found.stack,
        layers=tuple(map(self_calibrated_layer, layers, fits)),
        notes=(*found.stack.notes, *notes_on_fits(fits, told, read.stack.name)),
    )
    return replace(found, stack=stack)


def _of_months(read: ReadLights, told: LightsParameters) -> ComparableLights:
    months, notes = _months(read, told)
    monthly = told.model_copy(update={"fewest_views": min(1, told.fewest_views)})
    layers: list[Layer] = []
    cleaned: list[CleanedLayer] = []
    for year in read.stack.years:
        ones = [one for one in read.composites if one.layer.year == year and one.month in months]
        own = [_cleaned(one, monthly, read) for one in ones]
        views = [one.views for one in ones if one.views is not None]
        layers.append(year_layer(own, views, fewest=told.fewest_views))
        cleaned += own
    stack = replace(
        read.stack, layers=tuple(layers), negative="refuse", step=None, notes=(*read.stack.notes, *notes)
    )
    return ComparableLights(stack, cleaned=tuple(cleaned))


def _of_years(read: ReadLights, told: LightsParameters) -> ComparableLights:
    seen = any(one.views is not None for one in read.composites)
    # The makers of Black Marble say themselves which cells were seen too seldom.
    by_flag = read.product == "black_marble" and "fewest_views" not in told.model_fields_set
    if not (told.cleans or read.flares or (seen and not by_flag)):
        return ComparableLights(read.stack)
    done = [_cleaned(replace(one, views=None) if by_flag else one, told, read) for one in read.composites]
    notes = [] if seen else [Note("harmonise.views_unknown", {}, "warning", read.stack.name)]
    stack = replace(read.stack, layers=tuple(done), negative="refuse", notes=(*read.stack.notes, *notes))
    return ComparableLights(stack, cleaned=tuple(done))


def _cleaned(one: Composite, cleaning: Cleaning, read: ReadLights) -> CleanedLayer:
    return cleaned_layer(one.layer, cleaning, views=one.views, flares=read.flares)


def _months(read: ReadLights, told: LightsParameters) -> tuple[set[int], list[Note]]:
    """Return the months of which every year is made."""
    name = read.stack.name
    there: dict[int, set[int]] = {}
    for one in read.composites:
        there.setdefault(one.layer.year, set()).add(one.month or 0)
    if told.months is not None:
        lacking = {year: sorted(set(told.months) - months) for year, months in there.items()}
        told_of = [f"{year}-{month:02d}" for year, months in sorted(lacking.items()) for month in months]
        if told_of:
            shown = ", ".join(told_of[:_SHOWN])
            raise CityebbError("harmonise.month_missing", source=name, times=shown, count=len(told_of))
        chosen = set(told.months)
    else:
        chosen = set.intersection(*there.values())
    if not chosen:
        raise CityebbError("harmonise.no_common_month", source=name)
    values = {"months": ", ".join(map(str, sorted(chosen))), "count": len(chosen)}
    notes = [Note("harmonise.months_used", values, "info", name)]
    left = sorted({month for months in there.values() for month in months} - chosen)
    if left and told.months is None:
        values = {"months": ", ".join(map(str, left))}
        notes.append(Note("harmonise.months_left", values, "warning", name))
    if not all(one.views is not None for one in read.composites):
        notes.append(Note("harmonise.views_unknown", {}, "warning", name))
    return chosen, notes
