"""The geometry of a raster: where each cell lies and how large it really is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS, Transformer

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Projections that keep areas, by the name pyproj gives their method.
_EQUAL_AREA = ("equal area", "mollweide", "sinusoidal", "eckert iv", "eckert vi", "equal earth", "goode")
_M2_PER_KM2 = 1e6


@dataclass(frozen=True)
class Grid:
    """A north-up raster's frame.

    Parameters
    ----------
    crs
        Coordinate reference system as WKT.
    transform
        ``(dx, 0, left, 0, dy, top)`` in units of the CRS; ``dx > 0``, ``dy < 0``.
    shape
        ``(rows, columns)``.

    Raises
    ------
    CityebbError
        If the grid is rotated, sheared or upside down.

    Examples
    --------
    >>> world = Grid("EPSG:4326", (1.0, 0.0, -180.0, 0.0, -1.0, 90.0), (180, 360))
    >>> world.wraps, round(float(world.areas_km2(0, 180).sum() * 360 / 1e6), 4)
    (True, 510.0656)
    """

    crs: str
    transform: tuple[float, float, float, float, float, float]
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        dx, shear_x, _, shear_y, dy, _ = self.transform
        if shear_x or shear_y or dx <= 0 or dy >= 0:
            raise CityebbError("grids.not_north_up", transform=", ".join(f"{v:g}" for v in self.transform))

    @cached_property
    def _crs(self) -> CRS:
        return CRS.from_user_input(self.crs)

    @property
    def name(self) -> str:
        """The CRS by its authority code, else by its name."""
        authority = self._crs.to_authority(min_confidence=60)
        return ":".join(authority) if authority else self._crs.name

    @property
    def is_geographic(self) -> bool:
        """Whether cells are in degrees."""
        return bool(self._crs.is_geographic)

    @property
    def is_equal_area(self) -> bool:
        """Whether the projection keeps areas."""
        operation = self._crs.coordinate_operation
        return operation is not None and any(word in operation.method_name.lower() for word in _EQUAL_AREA)

    @property
    def wraps(self) -> bool:
        """Whether the last column touches the first across 180°."""
        return self.is_geographic and abs(self.shape[1] * self.transform[0] - 360) < self.transform[0] / 2

    def areas_km2(self, first: int, stop: int) -> NDArray[np.float64]:
        """Return cell areas in km² of the rows ``first`` to ``stop`` (exclusive).

        Returns
        -------
        ndarray
            Shape ``(rows, 1)`` where areas depend on the row alone (degrees, equal-area projections),
            else ``(rows, columns)``.

        Notes
        -----
        Degrees: exact, from the authalic function ``q(φ) = sin φ / (1 − e² sin² φ) + artanh(e sin φ) / e``
        on the CRS's own ellipsoid: ``A = b² Δλ (q(φ₁) − q(φ₀)) / 2``. Equal-area projections:
        ``|dx · dy|``. Other projections: the quadrangle of the cell's corners on the same authalic map; cells
        of some kilometres are right to about 1e-6.

        References
        ----------
        Snyder, J. P. (1987), Map projections: a working manual, USGS Professional Paper 1395, eq. 3-12,
        doi:10.3133/pp1395.
        """
        dx, _, _, _, dy, top = self.transform
        if self.is_geographic:
            latitude = np.clip(top + dy * np.arange(first, stop + 1), -90, 90)
            return self._zone_areas(np.deg2rad(latitude), np.deg2rad(dx))[:, None]
        metres = self._crs.axis_info[0].unit_conversion_factor
        flat = dx * metres * -dy * metres / _M2_PER_KM2
        if self.is_equal_area:
            return np.full((stop - first, 1), flat)
        return self._quadrangle_areas(first, stop)

    def band_areas_km2(self, edges: ArrayLike) -> NDArray[np.float64]:
        """Return the areas in km², one column wide, between consecutive ``edges``: rows, ascending, in parts.

        Exact in degrees and on equal-area projections; on others, the area on the map.
        """
        dx, _, _, _, dy, top = self.transform
        at = np.asarray(edges, np.float64)
        if self.is_geographic:
            return self._zone_areas(np.deg2rad(np.clip(top + dy * at, -90, 90)), np.deg2rad(dx))
        metres = self._crs.axis_info[0].unit_conversion_factor
        areas: NDArray[np.float64] = dx * metres * -dy * metres / _M2_PER_KM2 * np.diff(at)
        return areas

    def _zone_areas(self, latitude: NDArray[np.float64], width: float) -> NDArray[np.float64]:
        height = self._authalic_height(latitude)
        return width * (height[:-1] - height[1:])

    def _quadrangle_areas(self, first: int, stop: int) -> NDArray[np.float64]:
        """Return areas between each cell's corners, by the shoelace formula on an equal-area map."""
        row, column = np.meshgrid(np.arange(first, stop + 1), np.arange(self.shape[1] + 1), indexing="ij")
        geodetic = self._crs.geodetic_crs
        if geodetic is None:  # an engineering CRS: no earth below it
            raise CityebbError("grids.no_ellipsoid", crs=self.name)
        longitude, latitude = Transformer.from_crs(self._crs, geodetic, always_xy=True).transform(
            *self.xy(column, row)
        )
        x, y = np.deg2rad(longitude), self._authalic_height(np.deg2rad(latitude))
        low, high = slice(None, -1), slice(1, None)
        corners = [(high, low), (high, high), (low, high)]
        # From the north-western corner, so that a cell across 180° is as wide as any other.
        dx = [(x[corner] - x[low, low] + np.pi) % (2 * np.pi) - np.pi for corner in corners]
        dy = [y[corner] - y[low, low] for corner in corners]
        doubled = dx[0] * dy[1] - dx[1] * dy[0] + dx[1] * dy[2] - dx[2] * dy[1]
        areas: NDArray[np.float64] = np.abs(doubled) / 2
        return areas

    def _authalic_height(self, latitude: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return ``b² q(φ) / 2`` in km²: with the longitude in radians the axes of an equal-area map."""
        ellipsoid = self._crs.ellipsoid
        if ellipsoid is None:  # an engineering CRS: no earth below it
            raise CityebbError("grids.no_ellipsoid", crs=self.name)
        a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
        sine = np.sin(latitude)
        if a == b:
            q = 2 * sine
        else:
            e2 = 1 - (b / a) ** 2
            e = np.sqrt(e2)
            q = sine / (1 - e2 * sine**2) + np.arctanh(e * sine) / e
        height: NDArray[np.float64] = b * b / 2 * q / _M2_PER_KM2
        return height

    def xy(self, column: ArrayLike, row: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return CRS coordinates of lattice points; cell ``(r, c)`` spans ``c … c + 1``, ``r … r + 1``."""
        dx, _, left, _, dy, top = self.transform
        return left + dx * np.asarray(column, np.float64), top + dy * np.asarray(row, np.float64)

    def lonlat(self, row: ArrayLike, column: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude and latitude (degrees) of cell centres."""
        x, y = self.xy(np.asarray(column, np.float64) + 0.5, np.asarray(row, np.float64) + 0.5)
        if self.is_geographic:
            return (x + 180) % 360 - 180, y
        longitude, latitude = Transformer.from_crs(self._crs, "EPSG:4326", always_xy=True).transform(x, y)
        return np.asarray(longitude), np.asarray(latitude)

    def cell(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Return the row and column that hold a point given in degrees."""
        x, y = longitude, latitude
        if not self.is_geographic:
            x, y = Transformer.from_crs("EPSG:4326", self._crs, always_xy=True).transform(x, y)
        dx, _, left, _, dy, top = self.transform
        return int(np.floor((y - top) / dy)), int(np.floor((x - left) / dx))
