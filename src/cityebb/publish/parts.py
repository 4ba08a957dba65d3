"""How often cities and their parts part ways, counted once for the report and for the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import State

if TYPE_CHECKING:
    from cityebb.model import InsideFound

JUDGED = "identify.inside.reason.judged"


def counts_of_parts(found: InsideFound) -> dict[str, int]:
    """Count cities by what their halves and their parts do.

    Parameters
    ----------
    found
        What was found inside the cities of a comparison.

    Returns
    -------
    dict
        ``cities``, ``parts``; ``judged``: cities whose inside is known. Of these by sign alone ``down`` and
        ``up``, with ``down_core_up``: the city falls and its inner half rises, and likewise ``down_edge_up``,
        ``up_core_down``, ``up_edge_down``. Of units besides ``shrinking``, ``growing``, with
        ``shrinking_with_growing`` and ``growing_with_shrinking`` parts, and ``differs``: the own figure and
        the sum of the parts differ.

    Examples
    --------
    >>> from cityebb.model import InsideFound
    >>> counts_of_parts(InsideFound("cells"))["cities"]
    0
    """
    table = found.cities[found.cities["reason"] == JUDGED]
    down, up = table["change"] < 0, table["change"] > 0
    counts = {
        "cities": len(found.cities),
        "parts": int(found.cities["parts"].sum()),
        "judged": len(table),
        "down": int(down.sum()),
        "up": int(up.sum()),
    }
    for half in ("core", "edge"):
        counts[f"down_{half}_up"] = int((down & (table[f"{half}_change"] > 0)).sum())
        counts[f"up_{half}_down"] = int((up & (table[f"{half}_change"] < 0)).sum())
    if found.kind == "units":
        together = found.together[found.together["known_parts"] > 0]
        counts["cities"], counts["parts"] = len(together), int(found.together["parts"].sum())
        counts["differs"] = int(together["differs"].sum())
        for own, other in ((State.SHRINKING, State.GROWING), (State.GROWING, State.SHRINKING)):
            mine = together[together["state"] == own.value]
            counts[own.value] = len(mine)
            counts[f"{own.value}_with_{other.value}"] = int((mine[f"{other.value}_parts"] > 0).sum())
    return counts
