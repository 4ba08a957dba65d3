"""A layer of boundaries, from any usual file to one form, with what was guessed and mended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from cityebb.model import CityebbError, Note, gather
from cityebb.read.units._files import read_frame
from cityebb.read.units._headings import codes, guess_id, guess_name
from cityebb.read.units._place import check_crs, has_chinese_codes

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

_EQUAL_AREA = "EPSG:6933"
_M2_PER_KM2 = 1e6
_NAMED = 10
_HALF_THE_EARTH_KM2 = 2.55e8


@dataclass(frozen=True)
class ReadUnits:
    """A layer of boundaries.

    Parameters
    ----------
    units
        Indexed by ``unit_id`` (text): ``name``, ``vintage``, ``geometry`` in EPSG:4326.
    repaired
        Polygons that were mended: ``unit_id``, ``row`` (the first is 1), ``area_before``, ``area_after`` in
        km².
    notes
        What was guessed and mended.
    """

    units: gpd.GeoDataFrame
    repaired: pd.DataFrame
    notes: tuple[Note, ...]


def read_units(
    path: Path | str,
    *,
    unit_id: str | None = None,
    name: str | None = None,
    vintage: object,
    crs: str | None = None,
) -> ReadUnits:
    """Read a layer of boundaries.

    Parameters
    ----------
    path
        GeoPackage, Shapefile, GeoJSON, GeoParquet or FlatGeobuf; a zip file with one layer. A Shapefile's
        table without a ``.cpg`` file is UTF-8 if all of it is, else GB18030.
    unit_id, name
        The columns of codes and names; default: guessed from the headings, with a note.
    vintage
        Date of the boundaries.
    crs
        What the coordinates are, for files that carry none or a wrong one.

    Returns
    -------
    ReadUnits
        Invalid polygons are mended, with a note that names them and how much area changed.

    Raises
    ------
    CityebbError
        If the coordinate system is missing or contradicts the numbers, with a guess; for rows without code or
        polygon, doubled codes and shapes that are no polygons, all at once with their numbers.

    Examples
    --------
    >>> import tempfile
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> frame = gpd.GeoDataFrame({"adcode": [230407]}, geometry=[box(130, 47, 131, 48)], crs="EPSG:4326")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frame.to_file(f"{folder}/counties.gpkg")
    ...     read_units(f"{folder}/counties.gpkg", vintage=2020).units.index.tolist()
    ['230407']
    """
    path = Path(path)
    rows = read_frame(path)
    if not len(rows):
        raise CityebbError("read.units_empty", path=path.name)
    notes: list[Note] = []
    wanted_crs = _crs(crs, path)
    heading, named = _columns(rows, unit_id, name, path)
    if unit_id is None or (name is None and named is not None):
        values = {"path": path.name, "unit_id": heading, "name": named or "-"}
        notes.append(Note("read.units_guessed", values, source=path.name))
    ids, padded = codes(rows[heading], heading)
    if padded:
        notes.append(Note("read.units_padded", {"path": path.name, "count": padded}, source=path.name))
    _check_rows(rows, ids, path)
    if wanted_crs is not None:
        rows = rows.set_crs(wanted_crs, allow_override=True)
    check_crs(rows, path.name, chinese=has_chinese_codes(ids))
    return _finished(rows, ids, rows[named] if named else None, str(vintage), path, notes)


def _crs(told: str | None, path: Path) -> CRS | None:
    """Return the coordinate system that a study tells."""
    if told is None:
        return None
    try:
        return CRS.from_user_input(told)
    except CRSError as error:
        raise CityebbError("read.units_crs_unknown", path=path.name, crs=told) from error


def _columns(
    rows: gpd.GeoDataFrame, unit_id: str | None, name: str | None, path: Path
) -> tuple[str, str | None]:
    """Return the columns of codes and of names; tell both where neither is there."""
    heading: str | None = None
    named: str | None = None
    with gather() as fault:
        try:
            heading = _column(rows, unit_id, guess_id, path)
        except CityebbError as error:
            fault(error)
        else:
            if heading is None:
                columns = ", ".join(map(str, rows.columns))
                fault(CityebbError("read.units_no_id", path=path.name, columns=columns))
        try:
            named = _column(rows, name, partial(guess_name, unit_id=heading or ""), path)
        except CityebbError as error:
            fault(error)
    return heading or "", named


def _column(
    rows: gpd.GeoDataFrame, wanted: str | None, guess: Callable[[pd.DataFrame], str | None], path: Path
) -> str | None:
    """Return the column wanted, else the one guessed."""
    table = rows.drop(columns=rows.geometry.name)
    if wanted is None:
        return guess(table)
    if wanted not in table:
        columns = ", ".join(map(str, table.columns))
        raise CityebbError("read.units_no_column", path=path.name, column=wanted, columns=columns)
    return wanted


def _check_rows(rows: gpd.GeoDataFrame, ids: pd.Series, path: Path) -> None:
    """Refuse rows that cannot be used, all at once."""
    import shapely

    shapes = np.asarray(rows.geometry.array)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    other = ~empty & ~np.isin(shapely.get_type_id(shapes), kinds)
    missing = ids.isna().to_numpy()
    twice = ids.duplicated(keep=False).to_numpy() & ~missing
    with gather() as fault:
        for bad, key in (
            (empty, "no_shape"),
            (other, "no_polygon"),
            (missing, "no_code"),
            (twice, "twice"),
        ):
            if bad.any():
                where = np.flatnonzero(bad)[:_NAMED]
                told = ", ".join(f"{row + 1} ({ids.iloc[row]})" for row in where)
                fault(CityebbError(f"read.units_{key}", path=path.name, count=int(bad.sum()), rows=told))


def _finished(
    rows: gpd.GeoDataFrame,
    ids: pd.Series,
    names: pd.Series | None,
    vintage: str,
    path: Path,
    notes: list[Note],
) -> ReadUnits:
    import geopandas as gpd
    import pandas as pd
    import shapely

    shapes = np.asarray(rows.geometry.array).copy()
    broken = np.flatnonzero(~shapely.is_valid(shapes))
    before = shapes[broken]
    shapes[broken] = [_polygons(shape) for shape in shapely.make_valid(before)]
    lost = broken[shapely.is_empty(shapes[broken])]
    if lost.size:
        told = ", ".join(f"{row + 1} ({ids.iloc[row]})" for row in lost[:_NAMED])
        raise CityebbError("read.units_no_polygon", path=path.name, count=lost.size, rows=told)
    repaired = pd.DataFrame(
        {
            "unit_id": ids.to_numpy()[broken],
            "row": broken + 1,
            "area_before": _areas(before, rows.crs),
            "area_after": _areas(shapes[broken], rows.crs),
        }
    )
    if broken.size:
        change = repaired["area_after"] - repaired["area_before"]
        named = zip(repaired["unit_id"][:_NAMED], change[:_NAMED], strict=True)
        told = ", ".join(f"{unit} ({by:+.3g} km²)" for unit, by in named)
        values = {"path": path.name, "count": int(broken.size), "units": told}
        notes.append(Note("read.units_repaired", values, "warning", path.name))
    _check_shapes(shapes, ids, rows.crs, path, notes)
    units = gpd.GeoDataFrame(
        {
            "name": None if names is None else names.astype("str").where(names.notna(), None).to_numpy(),
            "vintage": vintage,
        },
        geometry=gpd.GeoSeries(shapes, crs=rows.crs, index=pd.Index(ids, name="unit_id")),
        index=pd.Index(ids, name="unit_id"),
    )
    return ReadUnits(units.to_crs("EPSG:4326"), repaired, tuple(notes))


def _check_shapes(shapes: NDArray[Any], ids: pd.Series, crs: object, path: Path, notes: list[Note]) -> None:
    """Refuse polygons that are no territory; note those that several units share."""
    import pandas as pd
    import shapely

    areas = _areas(shapes, crs)
    odd = np.flatnonzero(~((areas > 0) & (areas < _HALF_THE_EARTH_KM2)))
    if odd.size:
        told = ", ".join(f"{row + 1} ({ids.iloc[row]}: {areas[row]:,.4g} km²)" for row in odd[:_NAMED])
        raise CityebbError("read.units_area", path=path.name, count=int(odd.size), rows=told)
    alike = pd.Series(shapely.to_wkb(shapely.normalize(shapes)))
    groups = [part.index for _, part in alike[alike.duplicated(keep=False)].groupby(alike)]
    if groups:
        told = "; ".join(", ".join(str(ids.iloc[row]) for row in group[:_NAMED]) for group in groups[:_NAMED])
        values = {"path": path.name, "count": sum(map(len, groups)), "units": told}
        notes.append(Note("read.units_same_shape", values, "warning", path.name))


def _polygons(shape: Any) -> Any:  # noqa: ANN401 - a shape
    """Return the polygons of a shape."""
    import shapely

    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _areas(shapes: NDArray[Any], crs: object) -> NDArray[np.float64]:
    import geopandas as gpd

    areas: NDArray[np.float64] = (
        gpd.GeoSeries(shapes, crs=crs).to_crs(_EQUAL_AREA).area.to_numpy() / _M2_PER_KM2
    )
    return areas
