"""Why one source may say otherwise than the verdict: what differs between the two, as far as is known."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.together.evidence import RESIDENTS, Role, Says
from cityebb.model import may_show_shrinking
from cityebb.words import say

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


class Why(StrEnum):
    """What may part a source from the verdict; the first named is the likeliest."""

    PERIOD = "period"
    PLACE = "place"
    EXTENT = "extent"
    REGISTERED = "registered"
    TOWNS = "towns"
    CONCEPT = "concept"
    CARRIED = "carried"
    LAMPS = "lamps"
    BRIGHTENING = "brightening"
    SENSOR = "sensor"
    PROXY = "proxy"
    OTHER_THING = "other_thing"
    NOISE = "noise"

    def word(self, language: str | None = None) -> str:
        """Say it."""
        return say(f"identify.together.why.{self.value}", language)


_TOWNS = ("urban_resident", "non_agricultural")


def reasons_why(
    rows: pd.DataFrame, *, light_decides: NDArray[np.bool_], registered: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """Name for each row all that parts it from the verdict on its city, joined by commas.

    Parameters
    ----------
    rows
        ``model.EVIDENCE``.
    light_decides
        Of each row, whether the verdict on its city rests on light.
    registered
        Of each row, whether its figures look like those of registered people.
    """
    people = (rows["indicator"] == "people").to_numpy()
    light = (rows["indicator"] == "light").to_numpy()
    concept = rows["concept"]
    linked = rows["linked_by"]
    uncertain = ((rows["low"] < 0) & (rows["high"] > 0)).to_numpy()
    carried = people & ~rows["grade"].map(may_show_shrinking).to_numpy()
    unstated = people & ~concept.isin([*RESIDENTS, *_TOWNS, "registered"]).to_numpy()
    general = general_brightening(rows)
    falls = (rows["change"] < 0).to_numpy()
    found = np.full(len(rows), "", dtype=object)
    for why, holds in (
        (Why.PERIOD, (rows["role"] == Role.OTHER_PERIOD).to_numpy()),
        (Why.PLACE, (rows["role"] == Role.CONTEXT).to_numpy()),
        (Why.EXTENT, linked.isin(["point", "name"]).to_numpy()),
        (Why.REGISTERED, (people & (concept == "registered").to_numpy()) | registered),
        (Why.TOWNS, people & concept.isin(_TOWNS).to_numpy()),
        (Why.CONCEPT, unstated & ~registered),
        (Why.CARRIED, carried),
        (Why.LAMPS, light & ~light_decides & falls),
        (Why.BRIGHTENING, general),
        (Why.SENSOR, light & light_decides),
        (Why.PROXY, light & ~light_decides),
        (Why.OTHER_THING, ~people & ~light),
        (Why.NOISE, uncertain),
    ):
        found = np.where(holds, _joined(found, why.value), found)
    return found


def general_brightening(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return where light rises, but beside its region does not.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"indicator": "light", "says": "up", "relative_change": [0.02, 0.4],
    ...     "threshold": -0.1})
    >>> general_brightening(rows).tolist()
    [True, False]
    """
    rises = (rows["indicator"] == "light") & (rows["says"] == Says.UP)
    return np.asarray(rises & (rows["relative_change"] < -rows["threshold"]), np.bool_)


def _joined(found: NDArray[np.object_], word: str) -> NDArray[np.object_]:
    return np.array([f"{text},{word}" if text else word for text in found], dtype=object)
