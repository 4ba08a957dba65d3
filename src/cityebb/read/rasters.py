"""One band of one raster file: what its header says, and its rows when they are asked for."""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.grids import Layer
from cityebb.model import CityebbError
from cityebb.read.remote import refuse_remote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

GDAL_CACHE_MB = 64
"""Block cache of GDAL: its default is 5 % of the machine's memory, strips need a few rows of blocks."""

_TEXT_HEAD_BYTES = 512
_TEXT_HEAD_SHOWN = 40
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_NOT_A_VARIABLE = ("_bnds", "_bounds", "_bnd", "crs", "spatial_ref")


@dataclass(frozen=True)
class Facts:
    """What a raster file's header says; per band where a field is a tuple."""

    path: str
    uri: str
    driver: str
    shape: tuple[int, int]
    crs: str | None
    transform: tuple[float, float, float, float, float, float]
    dtypes: tuple[str, ...]
    nodata: tuple[float | None, ...]
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    units: tuple[str, ...]
    descriptions: tuple[str, ...]
    block_rows: int
    tags: dict[str, str] = field(default_factory=dict, repr=False)
    band_tags: tuple[dict[str, str], ...] = field(default=(), repr=False)

    @property
    def bands(self) -> int:
        """Number of bands."""
        return len(self.dtypes)


@dataclass(frozen=True)
class RasterLayer(Layer):
    """One band of a raster file.

    Parameters
    ----------
    uri
        What GDAL opens: a path, or a variable inside a file.
    band
        From 1.
    """

    uri: str = ""
    band: int = 1

    @property
    def files(self) -> tuple[Path, ...]:
        """The file it is read from; a VRT names further ones."""
        path = Path(self.uri)
        if path.is_file() and path.suffix.lower() != ".vrt":
            return (path,)
        import rasterio

        with rasterio.open(self.uri) as dataset:
            return tuple(Path(name) for name in dataset.files if Path(name).is_file())

    @contextmanager
    def open(self) -> Iterator[_RasterReader]:
        """Open a handle of its own: layers may be read in several threads at once."""
        with opened(self.uri, self.label) as dataset:
            if (dataset.height, dataset.width) != self.grid.shape or self.band > dataset.count:
                raise CityebbError("read.changed", path=self.label)
            yield _RasterReader(dataset, self)


@dataclass(frozen=True)
class _RasterReader:
    dataset: Any
    layer: RasterLayer

    def rows(self, first: int, stop: int, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return the rows ``first`` to ``stop`` (exclusive), all columns, in the stored type."""
        window = (first, stop, 0, self.dataset.width)
        return read_window(self.dataset, self.layer.band, window, self.layer.label, out)


@contextmanager
def opened(uri: str, label: str) -> Iterator[Any]:
    """Open a raster for reading; say clearly why if that cannot be done.

    Raises
    ------
    CityebbError
        If the file is missing, empty, a text, cut off, or of a kind that cannot be read.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with rasterio.Env(GDAL_CACHEMAX=GDAL_CACHE_MB):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                dataset = rasterio.open(uri)
        except RasterioError as error:
            raise _why_not(uri, label, _reason(error)) from error
        with dataset:
            yield dataset


def read_window(
    dataset: Any,  # noqa: ANN401 - rasterio has no types
    band: int,
    window: tuple[int, int, int, int],
    label: str,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return a band's cells in ``(first row, stop row, first column, stop column)``.

    ``out`` is room for them, so that strip after strip need not ask for new memory.

    Raises
    ------
    CityebbError
        If they cannot be read; it names the file and the rows.
    """
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    first, stop, left, right = window
    try:
        values: NDArray[Any] = dataset.read(
            band, window=Window(left, first, right - left, stop - first), out=out
        )
    except (RasterioError, OSError) as error:
        raise CityebbError(
            "read.rows_unreadable", path=label, first=first, last=stop - 1, reason=_reason(error)
        ) from error
    return values


def read_facts(path: Path, label: str, variable: str | None = None) -> Facts:
    """Read a file's header.

    Parameters
    ----------
    path
        The file.
    label
        What to call it in a sentence.
    variable
        Which variable, for files that hold several.

    Raises
    ------
    CityebbError
        If it cannot be opened, or if the variable cannot be told.
    """
    if not path.exists():
        raise CityebbError("read.file_missing", path=label)
    if path.is_dir():
        raise CityebbError("read.is_folder", path=label)
    if not path.is_file():  # a pipe or a device: reading it might never end
        raise CityebbError("read.not_a_file", path=label)
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = str(path).encode("utf-8", "backslashreplace").decode()
        raise CityebbError("read.name_not_unicode", path=shown) from None
    refuse_remote(path, label)
    with opened(str(path), label) as dataset:
        uri = _variable_uri(dataset, label, variable)
        if uri is None:
            return _facts(dataset, label, str(path))
    with opened(uri, label) as dataset:
        return _facts(dataset, label, uri)


def check_whole(facts: Facts, bands: set[int]) -> None:
    """Find out whether the file was cut off, without decoding all of it.

    Compares where a TIFF says its blocks lie with the file's size, and reads the first and the last block
    of each band in ``bands``.

    Raises
    ------
    CityebbError
        If the file is too short or a block cannot be read.
    """
    with opened(facts.uri, facts.path) as dataset:
        for band in sorted(bands):
            if facts.driver == "GTiff":
                needed = _end_of_blocks(dataset, band)
                size = Path(facts.uri).stat().st_size
                if needed > size:
                    raise CityebbError("read.truncated", path=facts.path, size=size, needed=needed)
            last_row, last_column = facts.shape[0] - 1, facts.shape[1] - 1
            for row, column in ((0, 0), (last_row, last_column)):
                read_window(dataset, band, (row, row + 1, column, column + 1), facts.path)


def _end_of_blocks(dataset: Any, band: int) -> int:  # noqa: ANN401 - rasterio has no types
    """Where the last block of a TIFF ends, in bytes; 0 if GDAL does not tell."""
    block_rows, block_columns = dataset.block_shapes[band - 1]
    end = 0
    for row in range(-(-dataset.height // block_rows)):
        for column in range(-(-dataset.width // block_columns)):
            where = f"{column}_{row}"
            offset = dataset.get_tag_item(f"BLOCK_OFFSET_{where}", "TIFF", bidx=band)
            length = dataset.get_tag_item(f"BLOCK_SIZE_{where}", "TIFF", bidx=band)
            if offset and length:
                end = max(end, int(offset) + int(length))
    return end


def _facts(dataset: Any, label: str, uri: str) -> Facts:  # noqa: ANN401 - rasterio has no types
    bands = range(1, dataset.count + 1)
    a, b, c, d, e, f = tuple(dataset.transform)[:6]
    return Facts(
        path=label,
        uri=uri,
        driver=dataset.driver,
        shape=(dataset.height, dataset.width),
        crs=_crs_text(dataset.crs),
        transform=(a, b, c, d, e, f),
        dtypes=tuple(dataset.dtypes),
        nodata=tuple(dataset.nodatavals),
        scales=tuple(dataset.scales),
        offsets=tuple(dataset.offsets),
        units=tuple(unit or "" for unit in dataset.units),
        descriptions=tuple(text or "" for text in dataset.descriptions),
        block_rows=dataset.block_shapes[0][0] if dataset.count else 1,
        tags=dataset.tags(),
        band_tags=tuple(dataset.tags(band) for band in bands),
    )


def _crs_text(crs: Any) -> str | None:  # noqa: ANN401 - rasterio has no types
    """``EPSG:n`` where the match is beyond doubt, else WKT."""
    if not crs:
        return None
    code = crs.to_epsg(confidence_threshold=100)
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def _variable_uri(dataset: Any, label: str, variable: str | None) -> str | None:  # noqa: ANN401 - rasterio has no types
    """Return the address of the variable inside the file; ``None`` if the file itself is it."""
    inside = {uri.replace('"', "").replace("//", "").split(":")[-1]: uri for uri in dataset.subdatasets}
    if not inside:
        own = dataset.tags(1).get("NETCDF_VARNAME") if dataset.count else None
        if variable and own != variable:
            raise CityebbError("read.variable_unknown", path=label, variable=variable, known=own or "–")
        return None
    if variable:
        for name, uri in inside.items():
            if variable in (name, name.split("/")[-1]):
                return str(uri)
        raise CityebbError("read.variable_unknown", path=label, variable=variable, known=", ".join(inside))
    likely = {name: uri for name, uri in inside.items() if not name.endswith(_NOT_A_VARIABLE)}
    if len(likely) != 1:
        raise CityebbError("read.variable_needed", path=label, known=", ".join(likely or inside))
    return str(next(iter(likely.values())))


def _reason(error: BaseException) -> str:
    """First line of the innermost cause: what GDAL itself said."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _why_not(uri: str, label: str, reason: str) -> CityebbError:
    """Say why a file would not open."""
    path = Path(uri)
    if not path.exists():  # a variable inside a file is no path either
        return CityebbError(
            "read.not_raster" if ":" in uri else "read.file_missing", path=label, reason=reason
        )
    if not os.access(path, os.R_OK):
        return CityebbError("read.forbidden", path=label)
    with path.open("rb") as stream:
        head = stream.read(_TEXT_HEAD_BYTES)
    text = None if head.startswith(_TIFF_MAGIC) else _as_text(head)
    if not head:
        key = "read.empty"
    elif head.startswith(_TIFF_MAGIC):
        key = "read.damaged"
    elif text is not None and not text.startswith("<VRTDataset"):
        return CityebbError("read.is_text", path=label, beginning=text[:_TEXT_HEAD_SHOWN])
    else:
        key = "read.not_raster"
    return CityebbError(key, path=label, reason=reason)


def _as_text(head: bytes) -> str | None:
    """First line, if the bytes are text."""
    if b"\0" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # a character may be cut in two at the end
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return (text.strip().splitlines() or [""])[0]
    return None


def as_stored(nodata: float, dtype: str) -> float | None:
    """Return ``nodata`` as the stored type holds it; ``None`` if it cannot.

    Examples
    --------
    >>> as_stored(-9999.0, "uint16"), as_stored(255.0, "uint8"), as_stored(float("nan"), "float32")
    (None, 255, None)
    """
    kind = np.dtype(dtype)
    if np.isnan(nodata):
        return None  # NaN is missing anyway
    if kind.kind == "f":
        with np.errstate(over="ignore"):
            return float(np.asarray(nodata).astype(kind))
    limits = np.iinfo(kind)
    if nodata == float(limits.max):  # a float holds the largest of 64 bits rounded up
        return limits.max
    if nodata != np.floor(nodata) or not limits.min <= nodata <= limits.max:
        return None
    return float(nodata)
