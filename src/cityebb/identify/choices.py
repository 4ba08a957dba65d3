"""Which other ways to answer a comparison's question are tried: the grid of specifications."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Share = Annotated[float, Field(gt=-1, le=0)]


class SpecificationParameters(BaseModel):
    """The table ``[identify.NAME.specifications]``: the levels of each choice, beside the study's own.

    Parameters
    ----------
    grid
        ``"full"``: every combination of all levels; ``"cross"``: the study's own choices with one changed
        at a time; ``"none"``. Default: the full grid where there are not too many cells for it, else the
        cross.
    definition
        Other definitions of cities, by their names in ``[delineate.NAME]``. Default: those that rest on other
        sources.
    epoch
        Years in which a cell must be built up, as in ``[delineate]``. Default all four.
    floor
        Factors by which the floors are multiplied. Default half and twice.
    connectivity
        Default both, 4 and 8.
    min_area_km2
        Least areas of a city. Default twice the study's own.
    start
        Of administrative units: first years. Default up to four others.
    end
        Last years. Default every comparable year after the start, at most ten, of administrative units
        five.
    threshold
        Thresholds of change, negative shares, of the verdict and of the plain rule alike. Default −5, −10,
        −15 and −20 %; of people: any fall, −5 and −10 %.
    calibration
        Of DMSP lights: tables of calibration that decide alone, beside the study's own, two of which must
        agree. Default all at hand.
    boundaries
        Of administrative units: other boundaries, as in ``[harmonise]``. Default as published, where the
        study's own are others.

    Examples
    --------
    >>> SpecificationParameters(threshold=(-0.05, -0.1)).grid is None
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    grid: Literal["full", "cross", "none"] | None = None
    definition: tuple[str, ...] | None = None
    epoch: tuple[Literal["union", "intersection", "baseline", "final"], ...] | None = None
    floor: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...] | None = None
    connectivity: tuple[Literal[4, 8], ...] | None = None
    min_area_km2: tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...] | None = None
    start: tuple[int, ...] | None = None
    end: tuple[int, ...] | None = None
    threshold: tuple[_Share, ...] | None = None
    calibration: tuple[str, ...] | None = None
    boundaries: tuple[Literal["as_published", "consistent"], ...] | None = None
