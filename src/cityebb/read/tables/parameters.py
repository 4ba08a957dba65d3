"""What a study may say of a table of figures: one ``[read.NAME]`` table."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Year = Annotated[int, Field(ge=1000, le=9999)]
Level = Literal["province", "prefecture", "county", "township", "finest", "all"]


class TableParameters(BaseModel):
    """One table of figures of administrative units, as people have it.

    Everything but the file is found out from the file; what is found is shown, and what is said here wins.

    Parameters
    ----------
    table
        The file, relative to the study file: CSV, TSV, Excel (.xlsx, .xls, .ods), Parquet or DuckDB; or one
        file a year, ``{2010 = "a.xlsx", 2020 = "b.xlsx"}``.
    sheet
        Of a workbook, or the table of a DuckDB file; default the first that holds figures.
    header
        The rows that hold the headings, counted from 1: ``[3, 4]``; default: found out.
    unit_id, name, parent
        Headings of the columns of codes, names, and names of the units above.
    year
        The year of all figures, or the heading of the column of years. A year that contradicts the headings
        is a fault.
    codes
        Where the table has names and no codes: the boundary layer or the ledger, by its name in
        ``[read.NAME]``, whose names tell the codes.
    columns
        What columns mean: ``{"常住人口" = "people/resident", "Pop_2000" = "people/resident/2000"}``; with
        it no other column is used. Of two columns of one meaning the first holds; the other is for the audit.
    concept
        What the figures of people count, where headings do not say: ``"resident"``, ``"registered"``, …
    grade
        Where the figures come from: ``"census"``, ``"register"``, ``"sample_survey"``, ``"yearbook"``,
        ``"phone"`` (users that a map or phone service saw, see ``[harmonise] service_totals``);
        default: ``"census"`` where the table says so, else ``"yearbook"``.
    factor
        What a figure is multiplied with, where the table does not state its unit or states two; ``10000``
        for 万人.
    zero
        Whether zeros are figures (``"value"``) or stand for missing ones (``"missing"``).
    floor
        Least number that the publisher shows, as map and phone services do for privacy. What lies below it is
        missing: smaller numbers, zeros, and texts such as ``<50`` or ``*``; a note counts them.
    level
        Of the units wanted, told by GB/T 2260 codes: rows of units above them are set apart for the audit.
        Default the finest.
    where
        Rows wanted, by column: ``{class2 = "total"}``; ``*`` stands for anything: ``{code = "2307*"}``.
    encoding
        Of a text file; default: found out.
    vintage
        Date of the boundaries of all figures; default each figure's own year.
    citation
        Whom to credit.
    outside
        Whether files may lie outside the study's folder.

    Examples
    --------
    >>> TableParameters(table="yearbook.xlsx", grade="yearbook").level
    'finest'
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str | dict[Year, str]
    sheet: str | None = None
    header: tuple[Annotated[int, Field(ge=1)], ...] | None = None
    unit_id: str | None = None
    name: str | None = None
    parent: str | None = None
    year: Year | str | None = None
    codes: str | None = None
    columns: dict[str, str] | None = None
    concept: str | None = None
    grade: str | None = None
    factor: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    zero: Literal["value", "missing"] = "value"
    floor: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    level: Level = "finest"
    where: dict[str, str] | None = None
    encoding: str | None = None
    vintage: str | None = None
    citation: str | None = None
    outside: bool = False

    @property
    def files(self) -> dict[int | None, str]:
        """The files by the year of their figures; ``None`` where the file itself tells."""
        if isinstance(self.table, str):
            return {None: self.table}
        return {year: file for year, file in sorted(self.table.items())}  # noqa: C416 - a wider key
