"""What makes a physical city: the parameters of one definition."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Epoch = Literal["union", "intersection", "baseline", "final"]


class DelineateParameters(BaseModel):
    """Physical cities by threshold: one ``[delineate.NAME]`` table of a study.

    Parameters
    ----------
    where
        Floor by source, in the source's unit (people: per km²): ``{lights = 2}``.
    join
        ``"or"`` if one source that reaches its floor is enough, ``"and"`` if all must.
    epoch
        Which years of the comparison a cell must be built up in: ``"union"`` (first or last),
        ``"intersection"`` (first and last), ``"baseline"`` (first), ``"final"`` (last).
    years
        First and last year to look at; by default those of the comparison.
    connectivity
        8 if cells that share only a corner belong together, else 4.
    min_area_km2
        Smaller patches are no cities.

    References
    ----------
    The floor of 5 km² of continuous built-up land: Long, Y., interview on shrinking cities, 2019. Keeping one
    outline for both dates, their union, so that a city that gave up land keeps it in the sum: methods follow
    Zhou, Y. et al. (2020), Journal of Urban Planning and Development 146(4),
    doi:10.1061/(ASCE)UP.1943-5444.0000598.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    where: Annotated[dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]], Field(min_length=1)]
    join: Literal["or", "and"] = "or"
    epoch: Epoch = "union"
    years: tuple[int, int] | None = None
    connectivity: Literal[4, 8] = 8
    min_area_km2: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 5.0
