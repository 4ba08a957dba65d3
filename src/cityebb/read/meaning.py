"""What the numbers of a source mean: unit, step, zero, missing; what was assumed becomes a note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import CityebbError, Note
from cityebb.read.parameters import CONCEPTS, FILE_UNIT, GRADES, PRODUCTS
from cityebb.read.rasters import as_stored

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cityebb.read.parameters import SourceParameters
    from cityebb.read.rasters import Facts

_PERCENT = ("%", "percent", "per cent", "pct")
_PER_CENT = 0.01
_UNITS = {
    ("people", "density"): "people/km²",
    ("people", "count"): "people",
    ("built_up", "count"): "m²",
}


@dataclass(frozen=True)
class Meaning:
    """What is the same for all years of a source; ``factor`` turns its values into ``unit``."""

    unit: str
    factor: float
    step: float | None
    concept: str
    grade: str
    notes: tuple[Note, ...]


def describe(
    name: str, parameters: SourceParameters, facts: Sequence[Facts], fault: Callable[[CityebbError], None]
) -> Meaning:
    """Settle unit, step, concept and grade of a source, and note what zero and negative values mean."""
    notes: list[Note] = []
    unit, factor = _unit(name, parameters, facts, notes, fault)
    if parameters.zero == "value" and parameters.nodata == 0 and not parameters.offset:
        fault(CityebbError("read.zero_contradicts", source=name))
    _note_zero(name, parameters, facts, notes)
    if parameters.negative != "refuse":
        notes.append(Note(f"read.negative_{parameters.negative}", {}, "info", name))
    if parameters.joints_of:
        joints = ", ".join(f"{year}/{year + 1}" for year in parameters.joints_of)
        notes.append(Note("read.joints", {"joints": joints}, "info", name))
    return Meaning(
        unit,
        factor,
        _step(parameters, facts, factor),
        parameters.concept or CONCEPTS[parameters.indicator],
        parameters.grade or GRADES[parameters.indicator],
        tuple(notes),
    )


def layer_nodata(
    name: str,
    facts: Facts,
    band: int,
    scale: float,
    offset: float,
    parameters: SourceParameters,
    notes: list[Note],
) -> float | None:
    """Return the stored number that means missing, in the stored type, or ``None``.

    A declared nodata that stands for the value 0 gives way where the source takes zero as a value, or
    leaves it to whole regions: dark is not missing.
    """
    declared = facts.nodata[band] if parameters.nodata is None else parameters.nodata
    if declared is None or np.isnan(declared):
        return None
    stored = as_stored(declared, facts.dtypes[band])
    if stored is None:
        notes.append(
            Note(
                "read.nodata_unusable",
                {"path": facts.path, "nodata": float(declared), "type": facts.dtypes[band]},
                "warning",
                name,
            )
        )
        return None
    if stored * scale + offset == 0 and parameters.zero_of != "missing":
        return None
    return stored


def _unit(
    name: str,
    parameters: SourceParameters,
    facts: Sequence[Facts],
    notes: list[Note],
    fault: Callable[[CityebbError], None],
) -> tuple[str, float]:
    """Return the unit and the factor that turns scaled values into it."""
    written = sorted({unit for fact in facts for unit in fact.units if unit})
    if parameters.unit is None and len(written) > 1:
        fault(CityebbError("read.units_differ", source=name, units=", ".join(written)))
    unit = parameters.unit or (written[0] if written else None)
    if parameters.kind_of == "share":
        if unit is not None and unit.strip().lower() in _PERCENT:
            notes.append(Note("read.percent", {"unit": unit}, "info", name))
            return "share", _PER_CENT
        return "share", 1.0
    if unit is None:
        unit = _usual_unit(parameters, facts)
        if unit == FILE_UNIT:
            notes.append(Note("read.unit_not_stated", {"unit": unit}, "warning", name))
        elif parameters.indicator != "people" and not parameters.product:
            notes.append(Note("read.unit_assumed", {"unit": unit}, "info", name))
    return unit, 1.0


def _usual_unit(parameters: SourceParameters, facts: Sequence[Facts]) -> str:
    """Return the unit of files that name none: light in floating point may be anything."""
    if parameters.indicator != "light":
        return _UNITS.get((parameters.indicator, parameters.kind_of), "1")
    whole = _whole(facts)
    known = PRODUCTS[parameters.product].unit_in(whole=whole) if parameters.product else None
    return known or ("DN" if whole else FILE_UNIT)


def _whole(facts: Sequence[Facts]) -> bool:
    """Whether the files hold whole numbers only."""
    return all(np.dtype(dtype).kind in "iu" for fact in facts for dtype in fact.dtypes)


def _step(parameters: SourceParameters, facts: Sequence[Facts], factor: float) -> float | None:
    if parameters.step is not None:
        return parameters.step
    if parameters.indicator == "people" or not _whole(facts):
        return None
    scales = [parameters.scale] if parameters.scale is not None else [s for f in facts for s in f.scales]
    return max(abs(scale) for scale in scales) * factor


def _note_zero(name: str, parameters: SourceParameters, facts: Sequence[Facts], notes: list[Note]) -> None:
    zero = parameters.zero_of
    declared = parameters.nodata is None and any(0 in fact.nodata for fact in facts)
    if zero == "value" and declared:
        notes.append(Note("read.zero_is_dark", {}, "warning", name))
    elif zero == "value":
        notes.append(Note("read.zero_is_value", {}, "info", name))
    elif zero == "missing":
        notes.append(Note("read.zero_is_missing", {}, "info", name))
    else:
        notes.append(Note("read.zero_by_region", {}, "warning", name))
