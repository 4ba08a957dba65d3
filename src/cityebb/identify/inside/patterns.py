"""Six patterns in which the shrinking parts of a city lie."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.inside._parts import ratio
from cityebb.model import State
from cityebb.words import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts
    from cityebb.identify.inside.neighbours import Edges

    Floats = NDArray[np.float64]

LEAST_SHARE = 0.05
"""Ours: where shrinking parts have less of the area, there is no pattern."""
COMPLETE_SHARE = 0.90
"""Ours: from this share of the area on, the whole city shrinks."""
ZONE_SHARE = 0.75
"""Ours: so much of the shrinking area in one half, by distance, makes the pattern central or peripheral."""
SIDED = 0.50
"""Ours: above this one-sidedness shrinking lies on one side."""
HALF = 0.50
"""Ours: what counts as the greater part of a side, or of the shrinking area."""
SCATTERED = 0.25
"""Ours: where the largest patch has less of the shrinking area, shrinking is scattered."""
THICK = 0.25
"""Ours: the half that holds most of the shrinking area must shrink so far, or most lie in one patch."""
CLUMPED = 0.15
"""Ours: so much more alike must neighbours be where so much shrinks that patches join by chance."""
JOINS = 0.25
"""Ours: from this share of the area on they do: at random, 40 % of all cells nearly always make one patch."""
# On the line between two sides, to a millimetre.
_ON_LINE_KM = 1e-6


class Pattern(StrEnum):
    """How the shrinking parts of a city lie."""

    NONE = "none"
    COMPLETE = "complete"
    CENTRAL = "central"
    PERIPHERAL = "peripheral"
    UNILATERAL = "unilateral"
    LOCAL = "local"
    SCATTER = "scatter"
    UNDETERMINED = "undetermined"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.inside.pattern.{self.value}", language)


def patterns(
    parts: Parts,
    state: NDArray[np.object_],
    *,
    centre: tuple[Floats, Floats],
    inner: Floats,
    patch: NDArray[np.int64],
    edges: Edges,
) -> dict[str, NDArray[np.object_] | Floats]:
    """Name the pattern of each city, with the measures it rests on.

    Parameters
    ----------
    parts
        In order.
    state
        Of each part.
    centre
        x and y of each city's centre, km.
    inner
        Share of each part in the inner half by area.
    patch
        Number of each shrinking part's patch.
    edges
        Who touches whom.

    Returns
    -------
    dict
        ``pattern`` and ``shrinking_inner_share``, ``one_sidedness``, ``shrinking_side_share``,
        ``largest_patch_share``; one value a city.

    Notes
    -----
    The six names are those of Zhou and others (2020), who tell that they looked at where shrinking cells lie
    in the city; their public abstract gives no thresholds. **These are ours.** Of the area with a value at
    both dates, a share ``s`` shrinks; of the shrinking area, ``κ`` lies in the inner half and ``c`` in the
    largest patch; ``ρ = |Σ A u| / Σ A``, with ``u`` the direction of each shrinking part from the centre, is
    0 where it lies on all sides alike and 1 where it lies in one direction. Of the area that touches
    shrinking parts, ``a`` shrinks; ``γ = (a − s) / (1 − s)`` is 0 where shrinking lies at random. The first
    that holds:

    ========== =====================================================================================
    none       s < 5 %
    complete   s ≥ 90 %
    scatter    c < ¼
    central    κ ≥ 75 %, ρ ≤ ½, and a quarter of the inner half shrinks or c > ½
    peripheral κ ≤ 25 %, ρ ≤ ½, and a quarter of the outer half shrinks or c > ½
    unilateral ρ > ½, and of the half of the city in the mean direction at least half shrinks
    local      c ≥ ½, and s < ¼ or γ ≥ 0.15
    scatter    all else
    ========== =====================================================================================

    References
    ----------
    Zhou, Y., Long, Y. and others (2020), Identifying shrinking cities with NPP-VIIRS nightlight data in
    China, Journal of Urban Planning and Development 146(4), doi:10.1061/(ASCE)UP.1943-5444.0000598.
    """
    shrinking = state == State.SHRINKING.value
    area = np.where(parts.known, parts.area, 0.0)
    fallen = np.where(shrinking, area, 0.0)
    whole, lost = parts.total(area), parts.total(fallen)
    inside = np.nan_to_num(inner)
    share = ratio(lost, whole)
    inner_share = ratio(parts.total(fallen * inside), lost)
    thick = [
        ratio(parts.total(fallen * half), parts.total(area * half)) >= THICK for half in (inside, 1 - inside)
    ]
    sided, side = _side(parts, centre, area, fallen)
    largest = ratio(_largest(parts, fallen, patch), lost)
    turned, whole_patch = sided > SIDED, largest > HALF
    clumped = ratio(_alike(parts, edges, area, shrinking) - share, 1 - share)
    with np.errstate(invalid="ignore"):
        rules = (
            (Pattern.NONE, share < LEAST_SHARE),
            (Pattern.COMPLETE, share >= COMPLETE_SHARE),
            (Pattern.SCATTER, largest < SCATTERED),
            (Pattern.CENTRAL, (inner_share >= ZONE_SHARE) & ~turned & (thick[0] | whole_patch)),
            (Pattern.PERIPHERAL, (inner_share <= 1 - ZONE_SHARE) & ~turned & (thick[1] | whole_patch)),
            (Pattern.UNILATERAL, turned & (side >= HALF)),
            (Pattern.LOCAL, (largest >= HALF) & ((share < JOINS) | (clumped >= CLUMPED))),
            (Pattern.SCATTER, ~np.isnan(share)),
        )
    pattern = np.full(parts.cities, Pattern.UNDETERMINED.value, dtype=object)
    for name, holds in reversed(rules):
        pattern[holds] = name.value
    return {
        "pattern": pattern,
        "shrinking_inner_share": np.minimum(inner_share, 1.0),
        "one_sidedness": np.minimum(sided, 1.0),
        "shrinking_side_share": np.minimum(side, 1.0),
        "largest_patch_share": np.minimum(largest, 1.0),
    }


def _side(parts: Parts, centre: tuple[Floats, Floats], area: Floats, fallen: Floats) -> tuple[Floats, Floats]:
    """Return how one-sided shrinking is, and which share of the side it lies on shrinks."""
    x, y = (at - mid[parts.city] for at, mid in zip((parts.x, parts.y), centre, strict=True))
    far = np.hypot(x, y)
    unit = ratio(fallen, np.where(far > _ON_LINE_KM, far, 0.0))
    east, north = parts.total(unit * x), parts.total(unit * y)
    length = np.hypot(east, north)
    sided = ratio(length, parts.total(fallen))
    towards = x * ratio(east, length)[parts.city] + y * ratio(north, length)[parts.city]
    here = np.where(np.abs(towards) <= _ON_LINE_KM, 0.5, (towards > 0).astype(float))
    return sided, ratio(parts.total(fallen * here), parts.total(area * here))


def _alike(parts: Parts, edges: Edges, area: Floats, shrinking: NDArray[np.bool_]) -> Floats:
    """Return how much of the area that touches shrinking parts shrinks itself."""
    beside = np.bincount(edges.end, shrinking[edges.start], minlength=parts.city.size) * area
    return ratio(parts.total(beside * shrinking), parts.total(beside))


def _largest(parts: Parts, fallen: Floats, patch: NDArray[np.int64]) -> Floats:
    """Return the area of each city's largest patch."""
    wide = int(patch.max(initial=0)) + 1
    place, at = np.unique(parts.city * wide + patch, return_inverse=True)
    area = np.bincount(at, fallen, minlength=place.size)
    largest = np.zeros(parts.cities)
    np.maximum.at(largest, place // wide, area)
    return largest
