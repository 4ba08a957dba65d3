"""Boundary files opened, whatever their form."""

from __future__ import annotations

import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

_PARQUET = (".parquet", ".geoparquet", ".pq")
_VECTOR = (".gpkg", ".shp", ".geojson", ".json", ".fgb")
FORMS = (*_VECTOR, *_PARQUET, ".zip")
_DBF_HEAD = 32


def read_frame(path: Path) -> gpd.GeoDataFrame:
    """Return a file's rows as they are.

    Raises
    ------
    CityebbError
        If the file is not there, of no known form, holds no polygons' column, or cannot be read.
    """
    import geopandas as gpd

    if not path.is_file():
        raise CityebbError("read.file_missing", path=path.name)
    suffix = path.suffix.lower()
    if suffix not in FORMS:
        raise CityebbError("read.units_form", path=path.name, forms=", ".join(FORMS))
    try:
        if suffix in _PARQUET:
            frame = gpd.read_parquet(path)
            return frame if frame.index.name is None else frame.reset_index()
        place, told = _zipped(path) if suffix == ".zip" else (str(path), _encoding_beside(path))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # what counts is whether it can be read
            frame = gpd.read_file(place, **told)
    except CityebbError:
        raise
    except Exception as error:  # the drivers raise many kinds
        reason = " ".join(str(error).split())
        raise CityebbError("read.units_unreadable", path=path.name, reason=reason) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise CityebbError("read.units_no_geometry", path=path.name)
    return frame


def is_layer(path: Path) -> bool:
    """Whether a file looks like a boundary layer: by its ending, and where need be by its content.

    Examples
    --------
    >>> from pathlib import Path
    >>> is_layer(Path("counties.gpkg")), is_layer(Path("yearbook.xlsx"))
    (True, False)
    """
    suffix = path.suffix.lower()
    if suffix in _PARQUET:
        import pyarrow.parquet

        try:
            return b"geo" in (pyarrow.parquet.read_schema(path).metadata or {})
        except (OSError, ValueError):  # pyarrow's own errors are of these kinds
            return False
    if suffix == ".zip":
        try:
            with zipfile.ZipFile(path) as archive:
                return any(name.lower().endswith(_VECTOR) for name in archive.namelist())
        except (OSError, zipfile.BadZipFile):
            return False
    if suffix == ".json":
        with path.open("rb") as file:
            return b"FeatureCollection" in file.read(_DBF_HEAD * _DBF_HEAD)
    return suffix in _VECTOR


def _zipped(path: Path) -> tuple[str, dict[str, Any]]:
    """Return the one layer inside a zip file and the encoding of its table."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        layers = [name for name in names if name.lower().endswith(_VECTOR)]
        layers = [name for name in layers if not name.startswith("__MACOSX")]
        if len(layers) != 1:
            raise CityebbError(
                "read.units_zip", path=path.name, count=len(layers), layers=", ".join(layers[:5]) or "-"
            )
        stem, _, suffix = layers[0].rpartition(".")
        told: dict[str, Any] = {}
        if suffix.lower() == "shp" and not _has(names, f"{stem}.cpg"):
            table = next((name for name in names if name.lower() == f"{stem}.dbf".lower()), None)
            if table:
                told = _encoding(archive.read(table))
    return f"/vsizip/{path.resolve().as_posix()}/{layers[0]}", told


def _encoding_beside(path: Path) -> dict[str, Any]:
    if path.suffix.lower() != ".shp":
        return {}
    beside = {other.suffix.lower(): other for other in path.parent.glob(f"{path.stem}.*")}
    if ".cpg" in beside or ".dbf" not in beside:
        return {}
    return _encoding(beside[".dbf"].read_bytes())


def _encoding(table: bytes) -> dict[str, Any]:
    """Return the encoding of a .dbf table without a .cpg file: UTF-8 if all of it is, else GB18030."""
    text = table[_DBF_HEAD:]
    if text.isascii():
        return {}
    for encoding in ("utf-8", "gb18030"):
        try:
            # Fields are cut at a number of bytes: a character cut in two must not decide.
            text.decode(encoding)
        except UnicodeDecodeError:
            continue
        return {"encoding": encoding}
    return {}


def _has(names: list[str], wanted: str) -> bool:
    return wanted.lower() in {name.lower() for name in names}
