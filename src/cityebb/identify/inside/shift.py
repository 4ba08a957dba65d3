"""How far and where to the weighted centre of a city moved, and whether it may be chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.identify.inside._parts import ratio
from cityebb.identify.inside.centre import weighted_centre

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts

    Floats = NDArray[np.float64]

# A shift below a tenth of a millimetre has no direction.
_NOTHING_KM = 1e-7
# A direction in which the spread is less than this share of the other's has none.
_FLAT = 1e-10


def shifts(parts: Parts) -> dict[str, NDArray[Any]]:
    """Compare the weighted centres of both dates.

    Parameters
    ----------
    parts
        In order; those with a value at both dates count.

    Returns
    -------
    dict
        ``shift_km``; ``shift_bearing`` (degrees clockwise from north, NaN where nothing moved);
        ``shift_se_km``, its standard error along its own direction; ``shift_p``, how probable so large a
        shift is in any direction if there were none; ``shift_error_from``: ``"noise"``, ``"parts"`` or
        ``"none"``.

    Notes
    -----
    The centre is ``X = Σ v x / Σ v``. Where every part of a city has a ``noise`` σ (log scale), the
    covariance of the shift is ``Σ σ² (v / V)² (x − X) (x − X)ᵀ`` for each date, both added: what measuring
    leaves open. Else it is ``n / (n − 1) Σ u uᵀ`` with ``u = v₁ (x − X₁) / V₁ − v₀ (x − X₀) / V₀``, the
    influence of each part (infinitesimal jackknife): what a bootstrap over parts would give, without its
    draws. The p-value is that of Wald's statistic, χ² with two degrees of freedom.

    References
    ----------
    Efron, B. (1982), The jackknife, the bootstrap and other resampling plans, chapter 6,
    doi:10.1137/1.9781611970319.
    """
    known = parts.known
    volumes = [np.where(known, value, 0.0) for value in (parts.before, parts.after)]
    centres = [weighted_centre(parts, volume) for volume in volumes]
    shift = np.stack([centres[1][axis] - centres[0][axis] for axis in (0, 1)], axis=1)
    length = np.hypot(shift[:, 0], shift[:, 1])
    influence = [_influence(parts, *pair) for pair in zip(volumes, centres, strict=True)]
    count = parts.count(known)
    noisy = (parts.count(known & ~np.isnan(parts.noise)) == count) & (count > 0)
    of_noise = sum(_covariance(parts, np.nan_to_num(parts.noise)[:, None] * part) for part in influence)
    of_parts = _covariance(parts, influence[1] - influence[0])
    of_parts *= ratio(count.astype(np.float64), (count - 1).astype(np.float64))[:, None, None]
    covariance = np.where(noisy[:, None, None], of_noise, of_parts)
    moved = length > _NOTHING_KM
    with np.errstate(invalid="ignore", divide="ignore"):
        direction = np.where(moved[:, None], shift / length[:, None], np.nan)
        along = np.einsum("ni,nij,nj->n", direction, covariance, direction)
        bearing = np.where(moved, np.degrees(np.arctan2(shift[:, 0], shift[:, 1])) % 360, np.nan)
    return {
        "shift_km": np.where(moved | np.isnan(length), length, 0.0),
        "shift_bearing": bearing,
        "shift_se_km": np.sqrt(np.maximum(along, 0.0)),
        "shift_p": _chance(shift, covariance),
        "shift_error_from": np.where(np.isnan(length), "none", np.where(noisy, "noise", "parts")),
    }


def _influence(parts: Parts, volume: Floats, centre: tuple[Floats, Floats]) -> Floats:
    """Return what each part, weighted by its share, adds to its city's centre: shape ``(parts, 2)``."""
    share = volume * ratio(np.ones(parts.cities), parts.total(volume))[parts.city]
    found: Floats = np.nan_to_num(
        np.stack(
            [share * (at - mid[parts.city]) for at, mid in zip((parts.x, parts.y), centre, strict=True)],
            axis=1,
        )
    )
    return found


def _covariance(parts: Parts, each: Floats) -> Floats:
    found = np.empty((parts.cities, 2, 2))
    for i in (0, 1):
        for j in (0, 1):
            found[:, i, j] = parts.total(each[:, i] * each[:, j])
    return found


def _chance(shift: Floats, covariance: Floats) -> Floats:
    """Return the p-value of each shift; in a city all in a line only that line counts."""
    from scipy.special import chdtrc

    usable = ~np.isnan(shift).any(axis=1) & ~np.isnan(covariance).any(axis=(1, 2))
    p = np.full(len(shift), np.nan)
    size, axes = np.linalg.eigh(covariance[usable])
    along = np.einsum("ni,nij->nj", shift[usable], axes)
    counts = size > _FLAT * size[:, 1:]
    statistic = np.where(counts, ratio(along**2, np.where(counts, size, 0.0)), 0.0).sum(axis=1)
    freedom = counts.sum(axis=1)
    p[usable] = np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), statistic), np.nan)
    return p
