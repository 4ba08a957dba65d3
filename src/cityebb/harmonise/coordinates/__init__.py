"""Coordinates that a map service shifted: recognised against a reference, and put back on WGS 84.

Maps published in China are often in GCJ-02 (Amap, Tencent) or BD-09 (Baidu) and yet say that they are
EPSG:4326. The shift is some hundred metres and changes with place.
"""

from cityebb.harmonise.coordinates.geometry import transform_geometry
from cityebb.harmonise.coordinates.recognise import Recognition, recognise
from cityebb.harmonise.coordinates.settle import Settled, Stated, settle_datums
from cityebb.harmonise.coordinates.shift import (
    Datum,
    bd09_to_wgs84,
    convert,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

__all__ = [
    "Datum",
    "Recognition",
    "Settled",
    "Stated",
    "bd09_to_wgs84",
    "convert",
    "gcj02_to_wgs84",
    "recognise",
    "settle_datums",
    "transform_geometry",
    "wgs84_to_bd09",
    "wgs84_to_gcj02",
]
