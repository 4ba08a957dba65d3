"""What a study says of one source: one ``[read.NAME]`` table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Year = Annotated[int, Field(ge=1000, le=9999)]
Indicator = Literal["light", "people", "built_up"]
Kind = Literal["density", "count", "share"]
Zero = Literal["value", "missing", "missing_where_region_is_all_zero"]
Negative = Literal["refuse", "zero", "missing"]
Product = Literal["chen_2021", "li_2020"]


@dataclass(frozen=True)
class KnownProduct:
    """What the makers of a published series say of it; ``whole``: whether they store whole numbers."""

    joints: tuple[int, ...]
    citation: str
    unit: str
    whole: bool

    def unit_in(self, *, whole: bool) -> str | None:
        """Return the unit of files of whole or of other numbers; ``None`` where they were scaled since."""
        return self.unit if whole == self.whole else None


PRODUCTS: dict[str, KnownProduct] = {
    "chen_2021": KnownProduct(
        (2012,), "Chen et al. 2021, doi:10.5194/essd-13-889-2021", "nW/cm²/sr", whole=False
    ),
    "li_2020": KnownProduct((2013,), "Li et al. 2020, doi:10.1038/s41597-020-0510-y", "DN", whole=True),
}

FILE_UNIT = "file unit"
"""Stands for the unit of light in files of floating-point numbers that do not state it."""

KINDS: dict[str, Kind] = {"light": "density", "people": "count", "built_up": "share"}
ZEROS: dict[str, Zero] = {
    "light": "value",
    "people": "missing_where_region_is_all_zero",
    "built_up": "value",
}
CONCEPTS = {"light": "radiance", "people": "resident", "built_up": "built_up"}
GRADES = {"light": "satellite", "people": "gridded_census", "built_up": "satellite"}


class SourceParameters(BaseModel):
    """One source of yearly grids.

    Parameters
    ----------
    files
        Where the years lie: a pattern with ``{year}`` (``*`` and ``?`` stand for anything); a list of files,
        each with its year in its name; one file with a band a year (GeoTIFF, VRT, NetCDF); or a table
        ``{2013 = "a.tif", 2016 = "b.tif"}``. Paths are relative to the study file.
    indicator
        What it tells: ``"light"``, ``"people"`` or ``"built_up"``.
    kind
        How cells add up: ``"density"`` and ``"share"`` times the cell's area, ``"count"`` as they are.
        Default: light density, people count, built-up share.
    unit
        Of a value. Default: the file's, else the product's, else for whole-number light ``"DN"``, for people
        ``"people"``; light in floating point whose unit nobody states is in ``"file unit"``, and a note asks.
    scale, offset, nodata
        A stored number ``n`` means ``n * scale + offset``; ``n == nodata`` is missing. Default: the file's.
    zero
        What a zero means. Default: a value; for people missing where a whole region holds nothing else.
    negative
        What a negative value means: a fault (default), zero, or missing.
    years
        The years to use; default all. For a file with many bands of which nothing is known: their years,
        in order of bands.
    bands
        For files with several bands: the band of each year, ``{2013 = 1, 2014 = 2}``, or one number, the
        band to take from every file.
    variable
        Of a NetCDF or HDF5 file that has several. Of Black Marble the composite, by default
        ``"AllAngle_Composite_Snow_Free"``.
    views
        For light: the files that count cloud-free observations (``cf_cvg``), told as ``files`` are; cells
        seen too seldom are missing.
    flares
        For light: a table of gas flares with columns ``lon`` and ``lat``; light near them is missing.
    lamps
        For light: a table of places whose lamps were replaced, see :func:`cityebb.read.lights.read_lamps`; a
        fall of light there is no shrinking.
    step
        Smallest difference the source can tell, in its unit. Default: one stored step for whole-number
        light and built-up land; none for people.
    joints
        Years after which the instrument changed; ``2012`` means between 2012 and 2013.
    product
        A published series whose joints are known; see Notes.
    concept, grade
        What is counted, and how far it may be trusted. Default by indicator.
    citation
        Whom to credit.
    crs
        For files that carry none: their CRS, e.g. ``"EPSG:4326"``.
    outside
        Whether files may lie outside the study's folder. Default no, so that a study can be handed on whole.

    Notes
    -----
    Names under which makers publish are understood: several DMSP satellites of one year
    (``F152000.v4b_web.stable_lights.avg_vis.tif``), annual and monthly VIIRS composites (``VNL_…``,
    ``SVDNB_…``) and tiles of Black Marble (``VNP46A4.A2019001.h25v04.….h5``); what is done with them stands
    in ``[harmonise.lights.NAME]``.

    ``chen_2021``: VIIRS-like light made from DMSP up to 2012 [1]_; joint between 2012 and 2013.
    ``li_2020``: DMSP up to 2013, then made from VIIRS [2]_; joint between 2013 and 2014.

    References
    ----------
    .. [1] Chen, Z. et al. (2021), An extended time series (2000-2018) of global NPP-VIIRS-like nighttime
       light data, Earth System Science Data 13, 889-906, doi:10.5194/essd-13-889-2021.
    .. [2] Li, X. et al. (2020), A harmonized global nighttime light dataset 1992-2018, Scientific Data 7,
       168, doi:10.1038/s41597-020-0510-y.

    Examples
    --------
    >>> lights = SourceParameters(files="viirs_like_{year}.tif", indicator="light", unit="DN")
    >>> lights.kind_of, lights.zero_of
    ('density', 'value')
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: str | dict[Year, str] | tuple[str, ...]
    indicator: Indicator
    kind: Kind | None = None
    unit: str | None = None
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    offset: Annotated[float, Field(allow_inf_nan=False)] | None = None
    nodata: float | None = None
    zero: Zero | None = None
    negative: Negative = "refuse"
    years: tuple[Year, ...] | None = None
    bands: dict[Year, Annotated[int, Field(ge=1)]] | Annotated[int, Field(ge=1)] | None = None
    variable: str | None = None
    views: str | dict[Year, str] | tuple[str, ...] | None = None
    flares: str | None = None
    lamps: str | None = None
    step: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    joints: tuple[Year, ...] | None = None
    product: Product | None = None
    concept: str | None = None
    grade: str | None = None
    citation: str | None = None
    crs: str | None = None
    outside: bool = False

    @property
    def kind_of(self) -> Kind:
        """The kind in force."""
        return self.kind or KINDS[self.indicator]

    @property
    def zero_of(self) -> Zero:
        """The meaning of zero in force; a ``nodata = 0`` written in the study makes it missing."""
        if self.zero is None and self.nodata == 0:
            return "missing"
        return self.zero or ZEROS[self.indicator]

    @property
    def joints_of(self) -> tuple[int, ...]:
        """The joints in force."""
        if self.joints is not None:
            return tuple(sorted(set(self.joints)))
        return PRODUCTS[self.product].joints if self.product else ()

    @property
    def citation_of(self) -> str | None:
        """Whom to credit."""
        return self.citation or (PRODUCTS[self.product].citation if self.product else None)
