"""What a study may say about which years, sources and boundaries belong together."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cityebb.harmonise.lights.parameters import LightsParameters  # noqa: TC001 - pydantic reads it
from cityebb.model import Boundaries, CityebbError

Year = Annotated[int, Field(ge=1000, le=9999)]


class HarmoniseParameters(BaseModel):
    """The ``[harmonise]`` table of a study.

    Parameters
    ----------
    onto
        Name of the source on whose grid all others are put; by default all must lie on one grid.
    keep_years
        Years of grids that stay in although they were found not to belong.
    drop_years
        Years that are left out in any case, of grids and of tables.
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
        date's boundaries by shares. Default: ``"vintage"`` where there are outlines, else ``"consistent"``
        where there is a ledger, else ``"as_published"``.
    vintage
        The date of those boundaries, a year; default the last year.
    outlines
        Of administrative units: boundary layers of several dates, by their names in ``[read.NAME]``. People
        of whom the ledger does not know where they went, or all where there is no ledger, are spread from the
        outlines of the figures' date to those of ``vintage``. A list takes each layer for figures of its own
        ``vintage``; ``{2010 = "before", 2020 = "after"}`` says for figures of which date a layer stands.
    spread
        How: ``"area"``, evenly; ``"smooth"``, on a smooth surface; or the name of a source of grids (light,
        people, built-up land), as that is distributed in the year nearest to the figures. Every way there is
        is tried where figures of both dates allow it, and the report shows how far each is off.
    mask_above
        With a grid: all cells above this value weigh alike, the others nothing.
    nation
        The national total by year, for the audit and for ``service_totals``: ``{2020 = 1411778724}``.
    service_totals
        Of users that a map or phone service saw (tables with ``grade = "phone"``): the table of official
        people, and jobs where known, by year, of the country or its regions, by its name in ``[read.NAME]``.
        Users are multiplied with official people by users, so that the service's own growth is no growth of
        a place. Default: ``nation``; where that is missing, too, only shares of all users are compared.

    Raises
    ------
    CityebbError
        If a year is both kept and dropped; if boundaries are to be changed without a ledger or outlines; if a
        vintage, outlines or a way to spread is named that is of no use.
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
    outlines: dict[Year, str] | tuple[str, ...] = ()
    spread: str = "area"
    mask_above: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    service_totals: str | None = None
    nation: dict[Year, Annotated[float, Field(gt=0, allow_inf_nan=False)]] | None = None

    @property
    def boundaries_of(self) -> Boundaries:
        """The boundaries in force."""
        if self.boundaries is not None:
            return self.boundaries
        return "vintage" if self.outlines else "consistent" if self.ledger else "as_published"

    @property
    def outline_names(self) -> tuple[str, ...]:
        """The layers that ``outlines`` names."""
        named = self.outlines.values() if isinstance(self.outlines, dict) else self.outlines
        return tuple(dict.fromkeys(named))

    @model_validator(mode="after")
    def _agree(self) -> HarmoniseParameters:
        both = sorted(set(self.keep_years) & set(self.drop_years))
        if both:
            raise CityebbError("harmonise.keep_and_drop", years=", ".join(map(str, both)))
        alone = self.boundaries == "vintage" and self.outlines
        if self.boundaries in ("consistent", "vintage") and self.ledger is None and not alone:
            raise CityebbError("harmonise.ledger_wanted", boundaries=self.boundaries)
        if self.vintage is not None and self.boundaries_of != "vintage":
            raise CityebbError("harmonise.vintage_unused", vintage=self.vintage)
        if self.outlines and self.boundaries_of != "vintage":
            raise CityebbError("harmonise.outlines_unused", boundaries=self.boundaries_of)
        if (self.spread != "area" or self.mask_above is not None) and not self.outlines:
            raise CityebbError("harmonise.spread_unused", spread=self.spread)
        if self.mask_above is not None and self.spread in ("area", "smooth"):
            raise CityebbError("harmonise.mask_without_grid", spread=self.spread)
        return self
