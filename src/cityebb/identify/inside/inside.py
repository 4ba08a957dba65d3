"""The inside of every city: its parts, its centre and edge, and the patterns they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from cityebb.identify.inside._parts import as_parts, change, ratio
from cityebb.identify.inside.bloom import bloom_km, cell_km, width_km
from cityebb.identify.inside.centre import centre_of, distance_from
from cityebb.identify.inside.clusters import Cluster, local_clusters
from cityebb.identify.inside.gradient import gradients
from cityebb.identify.inside.halves import halves
from cityebb.identify.inside.neighbours import contiguous, nearest
from cityebb.identify.inside.patches import find_patches
from cityebb.identify.inside.patterns import Pattern, patterns
from cityebb.identify.inside.rules import InsideRules
from cityebb.identify.inside.shares import shares
from cityebb.identify.inside.shift import shifts
from cityebb.identify.inside.states import part_states, state_of
from cityebb.model import INSIDE, PARTS_FOUND, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts
    from cityebb.identify.inside.neighbours import Edges

JUDGED = "identify.inside.reason.judged"
FEW_PARTS = "identify.inside.reason.few_parts"
COVERAGE = "identify.inside.reason.coverage"
NO_BASELINE = "identify.inside.reason.no_baseline"
BLOOM = "identify.inside.reason.bloom"

# What is known of a city whose inside is not.
_OF_THE_WHOLE = (
    "city_id",
    "parts",
    "known_parts",
    "area_km2",
    "known_share",
    "width_km",
    "before",
    "after",
    "change",
    "lost",
    "gained",
)
# What a text says where the inside is not known.
_UNKNOWN = {
    "core_state": State.UNDETERMINED.value,
    "edge_state": State.UNDETERMINED.value,
    "state": State.UNDETERMINED.value,
    "pattern": Pattern.UNDETERMINED.value,
    "shift_error_from": "none",
}


@dataclass(frozen=True)
class Inside:
    """What was found: ``cities`` (``model.INSIDE``) and ``parts`` (``model.PARTS_FOUND``)."""

    cities: pd.DataFrame
    parts: pd.DataFrame


def look_inside(
    parts: pd.DataFrame,
    rules: InsideRules | None = None,
    *,
    product: str | None = None,
    unit: str | None = None,
    pairs: pd.DataFrame | None = None,
    withheld: Mapping[str, str] | None = None,
) -> Inside:
    """Look into every city: how its parts changed, and where those lie that shrink.

    Parameters
    ----------
    parts
        ``model.PARTS``: cells or subdistricts with their area and what was there at two dates. ``lon`` and
        ``lat`` may stand for ``x_km`` and ``y_km``; ``noise``, ``row`` and ``col`` may be left out. Where
        there is a column ``state``, that is what became of each part, as another verdict said.
    rules
        Thresholds; see :class:`InsideRules`.
    product, unit
        Of the source, see :func:`bloom_km`: towns narrower than DMSP's bloom are undetermined.
    pairs
        Columns ``city_id, part_id, neighbour_id``: who touches whom, from outlines.
    withheld
        Cities whose inside is not to be judged, each with its reason, a key of the catalogue.

    Returns
    -------
    Inside
        ``cities``: one row a city, ordered by name, always with the change of the whole beside that of its
        centre and of its edge: a city may fall because its edge falls while its centre grows. ``parts``: one
        row a part, on the index of ``parts``.

    Raises
    ------
    CityebbError, Faults
        If the table of parts is not as declared.

    Notes
    -----
    Undetermined, with its reason, is a city narrower than its source's bloom, with too few parts, with too
    little of its area known at both dates, or with nothing at the first. Then the figures of the whole stand,
    and nothing of its inside does. Parts of such a city keep their own change, but for one lost in bloom.

    Examples
    --------
    >>> side = np.arange(25)
    >>> town = pd.DataFrame({"city_id": "t", "part_id": [f"p{n:02}" for n in side], "x_km": side % 5 * 1.0,
    ...     "y_km": side // 5 * 1.0, "area_km2": 1.0, "before": 10.0})
    >>> town["after"] = np.where(np.hypot(town["x_km"] - 2, town["y_km"] - 2) < 1.5, 13.0, 6.0)
    >>> found = look_inside(town).cities.iloc[0]
    >>> found["state"], found["core_state"], found["edge_state"], found["pattern"]
    ('shrinking', 'growing', 'shrinking', 'peripheral')
    """
    chosen = rules or InsideRules()
    ordered = as_parts(parts)
    known = np.where(ordered.known, ordered.area, 0.0)
    width = width_km(ordered)
    of_cities: dict[str, Any] = {
        "city_id": ordered.names.to_numpy(),
        "parts": np.bincount(ordered.city, minlength=ordered.cities),
        "known_parts": ordered.count(ordered.known),
        "area_km2": ordered.total(ordered.area),
        "known_share": np.minimum(ratio(ordered.total(known), ordered.total(ordered.area)), 1.0),
        "width_km": width,
    }
    edges = contiguous(ordered, pairs)
    bloom = chosen.bloom_km
    if bloom is None:
        bloom = bloom_km(product, unit, cell_km(ordered, edges))
    of_parts = _fill(ordered, chosen, edges, of_cities)
    reason = np.full(ordered.cities, JUDGED, dtype=object)
    # The later overwrites the earlier, so the weightiest comes last.
    for why, holds in (
        (NO_BASELINE, ~(of_cities["before"] > 0)),
        (COVERAGE, of_cities["known_share"] < chosen.least_known),
        (FEW_PARTS, of_cities["known_parts"] < chosen.least_parts),
        (BLOOM, width < bloom),
    ):
        reason[holds] = why
    held = ordered.names.map(withheld or {}).to_numpy(dtype=object)
    reason = np.where(pd.isna(held), reason, held)
    of_cities["reason"] = reason
    cities = _blank_cities(pd.DataFrame(of_cities)[INSIDE.names], reason != JUDGED)
    lost = (reason == BLOOM)[ordered.city]
    _blank_parts(of_parts, (reason != JUDGED)[ordered.city], lost)
    of_parts["state"][~pd.isna(held)[ordered.city]] = State.UNDETERMINED.value
    return Inside(INSIDE.check(cities), _as_given(parts, ordered, of_parts))


def _fill(
    parts: Parts, rules: InsideRules, edges: Edges, of_cities: dict[str, Any]
) -> dict[str, NDArray[Any]]:
    """Add what is found of cities to ``of_cities`` and return what is found of parts."""
    state = part_states(parts, threshold=rules.threshold, alpha=rules.alpha)
    centre = centre_of(parts, rules.centre)
    distance = distance_from(parts, *centre)
    by_area = halves(parts, distance, parts.area)
    by_quantity = halves(parts, distance, parts.before)
    patches = find_patches(parts, edges, state)
    clusters = _clusters(parts, rules, edges)
    known = np.where(parts.known, parts.area, 0.0)
    whole = parts.total(known)
    of_cities.update(shares(parts, state))
    of_cities.update(
        centre_x_km=centre[0],
        centre_y_km=centre[1],
        core_radius_km=by_area.radius_km,
        core_change=by_area.inner_change,
        edge_change=by_area.outer_change,
        core_state=state_of(by_area.inner_change, rules.threshold),
        edge_state=state_of(by_area.outer_change, rules.threshold),
        half_radius_km=by_quantity.radius_km,
        inner_half_change=by_quantity.inner_change,
        outer_half_change=by_quantity.outer_change,
        holes=_holes(parts, patches.number, patches.hole),
        hole_area_share=ratio(parts.total(np.where(patches.hole, known, 0.0)), whole),
        state=state_of(of_cities["change"], rules.threshold),
        **gradients(parts, distance),
        **shifts(parts),
        **patterns(parts, state, centre=centre, inner=by_area.inner, patch=patches.number, edges=edges),
    )
    for name in (Cluster.LOW, Cluster.HIGH):
        area = parts.total(np.where(clusters["cluster"] == name.value, known, 0.0))
        of_cities[f"cluster_{name.value}_area_share"] = ratio(area, whole)
    return {
        "change": change(parts.before, parts.after),
        "state": state,
        "distance_km": distance,
        "inner": by_area.inner,
        "patch": patches.number,
        "hole": patches.hole,
        **clusters,
    }


def _clusters(parts: Parts, rules: InsideRules, edges: Edges) -> dict[str, NDArray[Any]]:
    if rules.permutations <= 0:
        empty = np.full(parts.city.shape, np.nan)
        none = np.full(parts.city.shape, Cluster.NONE.value, dtype=object)
        return {"local_i": empty, "cluster_p": empty.copy(), "cluster_q": empty.copy(), "cluster": none}
    around = nearest(parts, rules.nearest) if rules.weights == "nearest" else edges
    return local_clusters(parts, around, permutations=rules.permutations, seed=rules.seed, alpha=rules.alpha)


def _holes(parts: Parts, number: NDArray[np.int64], hole: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count the holes of each city."""
    wide = int(number.max(initial=0)) + 1
    patches = np.unique((parts.city * wide + number)[hole])
    return np.bincount(patches // wide, minlength=parts.cities)


def _blank_cities(cities: pd.DataFrame, unknown: NDArray[np.bool_]) -> pd.DataFrame:
    """Take away what is said of the inside where it is not known."""
    for column in INSIDE.columns:
        if column.name in _OF_THE_WHOLE or column.name == "reason":
            continue
        values = cities[column.name]
        if column.kind == "text":
            cities[column.name] = values.where(~unknown, _UNKNOWN[column.name])
        else:
            cities[column.name] = values.astype(np.float64).mask(unknown)
    return cities


def _blank_parts(
    of_parts: dict[str, NDArray[Any]], unknown: NDArray[np.bool_], lost: NDArray[np.bool_]
) -> None:
    for name in ("distance_km", "inner", "local_i", "cluster_p", "cluster_q"):
        of_parts[name] = np.where(unknown, np.nan, of_parts[name])
    of_parts["patch"] = np.where(unknown, 0, of_parts["patch"])
    of_parts["hole"] = of_parts["hole"] & ~unknown
    of_parts["cluster"][unknown] = Cluster.NONE.value
    of_parts["change"][lost] = np.nan
    of_parts["state"][lost] = State.UNDETERMINED.value


def _as_given(given: pd.DataFrame, parts: Parts, of_parts: dict[str, NDArray[Any]]) -> pd.DataFrame:
    """Return what was found of parts in the order in which they were given."""
    place = np.empty(parts.order.size, np.int64)
    place[parts.order] = np.arange(parts.order.size)
    found = pd.DataFrame({name: values[place] for name, values in of_parts.items()}, index=given.index)
    whole = found.assign(city_id=given["city_id"], part_id=given["part_id"])
    return whole[PARTS_FOUND.names]
