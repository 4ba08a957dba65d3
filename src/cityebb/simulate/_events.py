"""Which units of a simulated country give land to which neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cityebb.simulate.recipe import Transfers

NO_EVENT = -1


@dataclass(frozen=True)
class Events:
    """Every unit's event, and the land after it.

    Parameters
    ----------
    kind
        ``"gave"``, ``"received"``, ``"merged"``, ``"took_in"`` or empty.
    partner
        The other unit's row, or :data:`NO_EVENT`.
    share
        Of the giver's people; NaN for the others.
    land
        The unit's row + 1 of each cell, afterwards.
    """

    kind: NDArray[Any]
    partner: NDArray[np.int64]
    share: NDArray[np.float64]
    land: NDArray[np.int32]


def draw_events(
    land: NDArray[np.int32],
    people: NDArray[np.float64],
    transfers: Transfers | None,
    random: np.random.Generator,
    count: int,
) -> Events:
    """Draw pairs of neighbours, no unit twice, and move the land between them.

    Parameters
    ----------
    land
        The unit's row + 1 of each cell.
    people
        Of each cell.
    transfers
        How many; ``None``: none.
    random
        Draws.
    count
        How many units there are.
    """
    kind = np.full(count, "", dtype=object)
    partner = np.full(count, NO_EVENT)
    share = np.full(count, np.nan)
    after = land.copy()
    if transfers is None:
        return Events(kind, partner, share, after)
    from scipy.ndimage import find_objects

    windows = find_objects(land, max_label=count)
    wanted = [round(each * count) for each in (transfers.share, transfers.merged)]
    for giver, taker in random.permutation(_neighbours(land)).tolist():
        if not any(wanted):
            break
        if partner[giver] != NO_EVENT or partner[taker] != NO_EVENT:
            continue
        if wanted[0]:
            wanted[0] -= 1
            window = _both(windows[giver], windows[taker])
            share[giver] = _move_border(
                land[window], people[window], after[window], giver, taker, transfers.part
            )
            kind[giver], kind[taker] = "gave", "received"
        else:
            wanted[1] -= 1
            after[land == giver + 1] = taker + 1
            share[giver], kind[giver], kind[taker] = 1.0, "merged", "took_in"
        partner[giver], partner[taker] = taker, giver
    return Events(kind, partner, share, after)


def _neighbours(land: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return all ordered pairs of units that share a border."""
    sides = [(land[:, :-1], land[:, 1:]), (land[:-1], land[1:])]
    pairs = np.concatenate(
        [np.stack([one[one != other], other[one != other]], axis=1) for one, other in sides]
    ).astype(np.int64)
    return np.unique(np.concatenate([pairs, pairs[:, ::-1]]), axis=0) - 1


def _both(one: tuple[slice, ...], other: tuple[slice, ...]) -> tuple[slice, ...]:
    return tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True))


def _move_border(
    land: NDArray[np.int32],
    people: NDArray[np.float64],
    after: NDArray[np.int32],
    giver: int,
    taker: int,
    part: float,
) -> float:
    """Give away the cells nearest to the taker until ``part`` of the people is reached; return the share."""
    from scipy.ndimage import distance_transform_edt

    mine = np.flatnonzero(land == giver + 1)
    far = distance_transform_edt(land != taker + 1).ravel()[mine]
    order = mine[np.argsort(far, kind="stable")]
    summed = np.cumsum(people.ravel()[order])
    given = order[: int(np.searchsorted(summed, part * summed[-1])) + 1][: order.size - 1]
    rows, columns = np.unravel_index(given, land.shape)
    after[rows, columns] = taker + 1
    return float(people.ravel()[given].sum() / summed[-1])
