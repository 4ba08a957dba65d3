"""What a study may say about which years and sources belong together."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, model_validator

from cityebb.model import CityebbError


class HarmoniseParameters(BaseModel):
    """The ``[harmonise]`` table of a study.

    Parameters
    ----------
    onto
        Name of the source on whose grid all others are put; by default all must lie on one grid.
    keep_years
        Years that stay in although they were found not to belong.
    drop_years
        Years that are left out in any case.
    cross_joints
        Found joints that the study insists on crossing: ``2012`` means between 2012 and the next year.
        Declared joints are not crossed.

    Raises
    ------
    CityebbError
        If a year is both kept and dropped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    onto: str | None = None
    keep_years: tuple[int, ...] = ()
    drop_years: tuple[int, ...] = ()
    cross_joints: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> HarmoniseParameters:
        both = sorted(set(self.keep_years) & set(self.drop_years))
        if both:
            raise CityebbError("harmonise.keep_and_drop", years=", ".join(map(str, both)))
        return self
