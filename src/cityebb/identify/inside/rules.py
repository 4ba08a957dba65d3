"""The thresholds by which the inside of a city is judged, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Centre = Literal["mean", "densest", "area"]
Weights = Literal["contiguity", "nearest"]

LEAST_PARTS = 9
"""Ours: a centre and eight around it are the fewest of which one can say where shrinking lies."""

LEAST_COUNTIES = 3
"""Ours: with two counties every pattern but the whole is a matter of chance."""


@dataclass(frozen=True)
class InsideRules:
    """What the inside of a city is judged by.

    Parameters
    ----------
    threshold
        A part shrinks if its change is at or below this share, and grows at or above its opposite; zero: any
        fall, any rise. The default is the light rule's; for people take
        :func:`cityebb.identify.threshold_of`.
    alpha
        Where parts have a noise: share of false calls tolerated among the parts of one city called shrinking
        or growing; and among those called clusters.
    least_parts
        Cities with fewer parts that have a value at both dates are undetermined.
    least_known
        Cities in which such parts are less than this share of the area are undetermined.
    centre
        ``"mean"``: the centre weighted by the quantity at the first date; ``"densest"``: that of the densest
        parts that hold a tenth of it together; ``"area"``: the middle of the area.
    weights
        Neighbours of a part: ``"contiguity"`` (cells of a grid that share a side or a corner; other parts
        between whose points no third lies, Gabriel's graph) or ``"nearest"``.
    nearest
        How many, for ``"nearest"``.
    bloom_km
        Cities narrower than this are undetermined; ``None``: as the source's light spreads, see
        :func:`~cityebb.identify.inside.bloom_km`.
    permutations, seed
        Of the local clusters; no permutations: no clusters.

    Examples
    --------
    >>> InsideRules().threshold
    -0.1
    """

    threshold: float = -0.10
    alpha: float = 0.05
    least_parts: int = LEAST_PARTS
    least_known: float = 0.90
    centre: Centre = "mean"
    weights: Weights = "contiguity"
    nearest: int = 8
    bloom_km: float | None = None
    permutations: int = 999
    seed: int = 1
