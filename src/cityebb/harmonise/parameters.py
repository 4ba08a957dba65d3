"""What a study may say about which years, sources and boundaries belong together."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cityebb.harmonise.lights.parameters import LightsParameters  # noqa: TC001 - pydantic reads it
from cityebb.model import Boundaries, CityebbError


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
    lights
        Of a source of night lights, by its name: ``[harmonise.lights.NAME]``, see
        :class:`~cityebb.harmonise.lights.LightsParameters`.
    ledger
        Of administrative units: the ledger of boundary changes, by its name in ``[read.NAME]``.
    boundaries
        Of administrative units: ``"as_published"`` compares each unit with itself under the same code,
        ``"consistent"`` the finest units that can be compared over all years, ``"vintage"`` everything on one
        date's boundaries by shares. Default: ``"consistent"`` where there is a ledger, else
        ``"as_published"``.
    vintage
        The date of those boundaries, a year; default the last year.
    nation
        The national total by year, for the audit: ``{2020 = 1411778724}``.

    Raises
    ------
    CityebbError
        If a year is both kept and dropped; if boundaries are to be changed without a ledger; if a vintage is
        named that no boundaries are put on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    onto: str | None = None
    keep_years: tuple[int, ...] = ()
    drop_years: tuple[int, ...] = ()
    cross_joints: tuple[int, ...] = ()
    lights: dict[str, LightsParameters] = Field(default_factory=dict)
    ledger: str | None = None
    boundaries: Boundaries | None = None
    vintage: int | None = None
    nation: dict[int, float] | None = None

    @property
    def boundaries_of(self) -> Boundaries:
        """The boundaries in force."""
        return self.boundaries or ("consistent" if self.ledger else "as_published")

    @model_validator(mode="after")
    def _agree(self) -> HarmoniseParameters:
        both = sorted(set(self.keep_years) & set(self.drop_years))
        if both:
            raise CityebbError("harmonise.keep_and_drop", years=", ".join(map(str, both)))
        if self.boundaries in ("consistent", "vintage") and self.ledger is None:
            raise CityebbError("harmonise.ledger_wanted", boundaries=self.boundaries)
        if self.vintage is not None and self.boundaries_of != "vintage":
            raise CityebbError("harmonise.vintage_unused", vintage=self.vintage)
        return self
