"""How much of a city lies in parts that shrink, and in parts that grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.identify.inside._parts import change, ratio
from cityebb.model import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.identify.inside._parts import Parts


def shares(parts: Parts, state: NDArray[np.object_]) -> dict[str, NDArray[Any]]:
    """Add the parts up: the city as a whole, and its shares in shrinking and in growing parts.

    Parameters
    ----------
    parts
        In order.
    state
        From :func:`~cityebb.identify.inside.states.part_states`.

    Returns
    -------
    dict
        One value a city. ``before``, ``after``, ``change``, ``lost`` and ``gained`` over the parts that have
        a value at both dates, so that ``after = before − lost + gained``. Shares: of the area, and of the
        quantity at the first date (of people, where people are counted), of those parts.
    """
    known = parts.known
    before = np.where(known, parts.before, 0.0)
    after = np.where(known, parts.after, 0.0)
    area = np.where(known, parts.area, 0.0)
    whole_area, whole_before, whole_after = parts.total(area), parts.total(before), parts.total(after)
    found: dict[str, NDArray[Any]] = {
        "before": whole_before,
        "after": whole_after,
        "change": change(whole_before, whole_after),
        "lost": parts.total(np.maximum(before - after, 0.0)),
        "gained": parts.total(np.maximum(after - before, 0.0)),
    }
    for name, called in (("shrinking", State.SHRINKING), ("growing", State.GROWING)):
        which = state == called.value
        found[f"{name}_parts"] = parts.count(which)
        found[f"{name}_area_share"] = _share(parts.total(np.where(which, area, 0.0)), whole_area)
        found[f"{name}_before_share"] = _share(parts.total(np.where(which, before, 0.0)), whole_before)
    return found


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide a part by its whole; sums in different order may pass one by a bit."""
    return np.minimum(ratio(part, whole), 1.0)
