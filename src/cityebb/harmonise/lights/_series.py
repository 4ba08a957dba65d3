"""What making night lights comparable gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cityebb.model import CityebbError, Note

if TYPE_CHECKING:
    from cityebb.grids import Stack
    from cityebb.harmonise.lights.invariant import SelfCalibration
    from cityebb.harmonise.lights.parameters import LightsParameters
    from cityebb.harmonise.lights.viirs import CleanedLayer


@dataclass(frozen=True)
class ComparableLights:
    """Night lights that can be compared.

    Parameters
    ----------
    stack
        The series that gives outlines and figures.
    calibrations
        DMSP: the series by each calibration, the first of which is ``stack``; else empty. A verdict needs
        two that agree, see :func:`~cityebb.harmonise.lights.agreement`.
    cleaned
        Layers that are cleaned as they are read.
    """

    stack: Stack
    calibrations: dict[str, Stack] = field(default_factory=dict)
    cleaned: tuple[CleanedLayer, ...] = ()


def reference_place(years: list[int], told: LightsParameters, name: str) -> int:
    """Return the place of the layer on whose scale the others are put."""
    if told.reference is None:
        return len(years) // 2
    if told.reference not in years:
        known = ", ".join(map(str, sorted(set(years))))
        raise CityebbError("harmonise.reference_unknown", source=name, year=told.reference, years=known)
    return years.index(told.reference)


def notes_on_fits(fits: list[SelfCalibration], told: LightsParameters, name: str) -> tuple[Note, ...]:
    """Say how each year was moved and how well the line fits."""
    own = [fit for fit in fits if (fit.slope, fit.intercept) != (1.0, 0.0)]
    notes = [fit.note(name) for fit in own]
    if not told.far_from:
        notes.append(Note("harmonise.self_calibrated_anywhere", {}, "warning", name))
    return tuple(notes)
