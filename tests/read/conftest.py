"""Small rasters, written when a test asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PLACE = (1.0, 0.0, 10.0, 0.0, -1.0, 50.0)


def write_tif(path: Path, values: Any = None, transform: Any = PLACE, **profile: Any) -> Path:
    """Write a small GeoTIFF; ``values`` is ``(rows, columns)`` or ``(bands, rows, columns)``."""
    array = np.arange(12, dtype="uint8").reshape(3, 4) if values is None else np.asarray(values)
    bands = array if array.ndim == 3 else array[None]
    options = {"crs": "EPSG:4326", **profile}
    descriptions, units = options.pop("descriptions", ()), options.pop("units", ())
    scales, offsets = options.pop("scales", None), options.pop("offsets", None)
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver=options.pop("driver", "GTiff"),
        count=bands.shape[0],
        height=bands.shape[1],
        width=bands.shape[2],
        dtype=bands.dtype,
        transform=Affine(*transform),
        **options,
    ) as dataset:
        dataset.write(bands)
        for band, text in enumerate(descriptions, start=1):
            dataset.set_band_description(band, text)
        if units:
            dataset.units = units
        if scales:
            dataset.scales = scales
        if offsets:
            dataset.offsets = offsets
    return path


@pytest.fixture
def tif(tmp_path: Path) -> Callable[..., Path]:
    """Write a GeoTIFF into the study's folder, ``tmp_path``."""

    def write(name: str, values: Any = None, transform: Any = PLACE, **profile: Any) -> Path:
        return write_tif(tmp_path / name, values, transform, **profile)

    return write
