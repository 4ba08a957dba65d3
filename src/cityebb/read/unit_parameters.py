"""What a study says of its boundary layers and of its ledgers of boundary changes."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from cityebb.model import CityebbError

_DATE = re.compile(r"\d{4}(?:-\d{1,2}){0,2}")

LedgerForm = Literal["auto", "cityebb", "china_codes", "japan_converter", "spain_events", "crosswalk"]


class LedgerParameters(BaseModel):
    """One ``[read.NAME]`` table that names a ledger of boundary changes.

    Parameters
    ----------
    ledger
        The file, relative to the study file.
    form
        How it is written: ``"cityebb"`` (our own CSV form), ``"china_codes"`` (code list of China's Ministry
        of Civil Affairs with successors), ``"japan_converter"`` (Kondo 2023), ``"spain_events"`` (INE's
        changes after Goerlich and Ruiz 2018), ``"crosswalk"`` (official weights from units to units, as
        Germany's Umsteigeschlüssel). Default: found out from the headings.
    citation
        Whom to credit.
    outside
        Whether the file may lie outside the study's folder.

    Examples
    --------
    >>> LedgerParameters(ledger="changes.csv").form
    'auto'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ledger: str
    form: LedgerForm = "auto"
    citation: str | None = None
    outside: bool = False


class UnitsParameters(BaseModel):
    """One ``[read.NAME]`` table that names a layer of boundaries.

    Parameters
    ----------
    units
        The file, relative to the study file: GeoPackage, Shapefile, GeoJSON, GeoParquet, FlatGeobuf.
    vintage
        Date of the boundaries, for example ``"2020"``.
    unit_id, name
        The columns of codes and names; default: found out from the headings.
    crs
        For files that carry none.
    datum
        Of coordinates from a Chinese map service: ``"gcj02"`` or ``"bd09"``; they are put on WGS 84.
        ``"auto"``: recognised by comparison with ``reference``, and refused where that does not decide.
    reference
        With ``datum = "auto"``: name of another ``[read.NAME]`` table of boundaries with units that this one
        has too, whose datum is known. Default: the only other one.
    citation
        Whom to credit.
    outside
        Whether the file may lie outside the study's folder.

    Examples
    --------
    >>> UnitsParameters(units="counties.gpkg", vintage="2020").unit_id is None
    True
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: str
    vintage: str
    unit_id: str | None = None
    name: str | None = None
    crs: str | None = None
    datum: Literal["wgs84", "gcj02", "bd09", "auto"] = "wgs84"
    reference: str | None = None
    citation: str | None = None
    outside: bool = False

    @model_validator(mode="after")
    def _dated(self) -> UnitsParameters:
        if not _DATE.fullmatch(self.vintage):
            raise CityebbError("read.units_vintage", path=self.units, vintage=self.vintage)
        return self
