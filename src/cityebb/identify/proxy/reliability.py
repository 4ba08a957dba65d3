"""What a verdict from light alone carries: how far light was found to stand for people in such cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.identify.proxy.calls import DIRECTIONS
from cityebb.identify.proxy.check import GROUPS
from cityebb.identify.proxy.words import LEAST_CITIES, Holds
from cityebb.model import RELIABILITY, CityebbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from cityebb.identify.proxy.check import Checked

_CARRIED = (
    "called_by",
    "by",
    "group",
    "cities",
    "called",
    "ppv",
    "ppv_low",
    "ppv_high",
    "base_rate",
    "likelihood_ratio",
    "proxy_word",
    "caution",
)


def reliability_of(
    verdicts: pd.DataFrame,
    checked: Checked,
    cities: pd.DataFrame,
    *,
    order: Sequence[str] = GROUPS,
    called_by: str | None = None,
) -> pd.DataFrame:
    """Give each verdict from light the reliability found in the finest group with cities enough.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS`` of one source and indicator, one row a city; these cities need not be those that
        were checked, if their groups are the same.
    checked
        From :func:`~cityebb.identify.proxy.check_proxy`.
    cities
        By ``city_id``, with the columns of ``order`` that it has.
    order
        Groupings from the finest to the coarsest; all cities together come last.
    called_by
        Which calls count: ``"verdict"``, ``"plain"`` or ``"relative"``; default the verdicts' own where they
        were checked, else the plain rule's.

    Returns
    -------
    DataFrame
        ``model.RELIABILITY`` in the order of the verdicts. ``rests_on`` is ``"calls"`` for a city called
        shrinking or growing in whose group at least 20 called cities were checked. Else, and for a stable
        city, ``"changes"``: the finest group in which at least 20 cities have both figures says whether
        changes go together at all; that never makes more than *weak*. ``"none"``: nothing was checked, or
        there is no verdict.

    Raises
    ------
    CityebbError
        If the verdicts are of another source than the light that was checked, if a city occurs twice, or if
        there are no calls of that kind.
    """
    import pandas as pd

    _check(verdicts, checked)
    calls = checked.calls
    ways = set(calls["called_by"].astype(str))
    way = called_by or ("verdict" if "verdict" in ways else "plain")
    if way not in ways:
        raise CityebbError("identify.proxy.no_such_calls", asked=way, found=", ".join(sorted(ways)))
    calls = calls[(calls["called_by"] == way) & (calls["called"] >= LEAST_CITIES)]
    changes = checked.checks[checked.checks["proxy_kind"] == "change"]
    changes = changes[changes["proxy_word"] != Holds.NOT_CHECKED.value].assign(called_by="", called=0)
    changes["proxy_word"] = changes["proxy_word"].replace(Holds.HOLDS.value, Holds.WEAK.value)
    state = verdicts["state"].astype(str).to_numpy()
    groups = _groups(verdicts, cities, order)
    found = _nothing(checked, state)
    called = np.isin(state, DIRECTIONS)
    # From the coarsest to the finest, each writing over the last; calls over changes.
    for by, names in reversed(groups):
        _write(
            found,
            "changes",
            changes[changes["by"] == by].set_index("group"),
            names,
            called | (state == "stable"),
        )
    for by, names in reversed(groups):
        for direction in DIRECTIONS:
            rows = calls[(calls["by"] == by) & (calls["direction"] == direction)].set_index("group")
            _write(found, "calls", rows, names, state == direction)
    pair = {
        name: str(checked.points[name].iloc[0]) for name in ("other_source", "other_indicator", "concept")
    }
    frame = pd.DataFrame(found).assign(
        city_id=verdicts["city_id"].astype(str).to_numpy(),
        source=verdicts["source"].astype(str).to_numpy(),
        indicator=verdicts["indicator"].astype(str).to_numpy(),
        state=state,
        **pair,
    )
    return RELIABILITY.check(frame[RELIABILITY.names])


def _nothing(checked: Checked, state: np.ndarray) -> dict[str, np.ndarray]:
    count = len(state)
    judged = np.isin(state, (*DIRECTIONS, "stable"))
    caution = str(checked.checks["caution"].iloc[0])
    texts = {"rests_on": "none", "called_by": "", "by": "", "group": "", "caution": caution}
    found = {name: np.full(count, text, dtype=object) for name, text in texts.items()}
    found["proxy_word"] = np.where(judged, Holds.NOT_CHECKED.value, Holds.NO_VERDICT.value).astype(object)
    found |= {name: np.zeros(count, dtype=np.int64) for name in ("cities", "called")}
    return found | {
        name: np.full(count, np.nan)
        for name in ("ppv", "ppv_low", "ppv_high", "base_rate", "likelihood_ratio")
    }


def _write(
    found: dict[str, np.ndarray], basis: str, rows: pd.DataFrame, names: np.ndarray, which: np.ndarray
) -> None:
    import pandas as pd

    place = rows.index.get_indexer(pd.Index(names))
    to = which & (place >= 0)
    found["rests_on"][to] = basis
    for column in _CARRIED:
        if column == "by":
            found[column][to] = str(rows["by"].iloc[0]) if len(rows) else ""
        elif column == "group":
            found[column][to] = names[to]
        elif column in rows:
            found[column][to] = rows[column].to_numpy()[place[to]]


def _groups(
    verdicts: pd.DataFrame, cities: pd.DataFrame, order: Sequence[str]
) -> list[tuple[str, np.ndarray]]:
    ids = verdicts["city_id"]
    found: list[tuple[str, np.ndarray]] = []
    for name in order:
        if name in cities:
            values = cities[name].reindex(ids)
            found.append(
                (name, values.astype(object).where(values.notna(), "unknown").astype(str).to_numpy())
            )
    return [*found, ("all", np.full(len(ids), "all", dtype=object))]


def _check(verdicts: pd.DataFrame, checked: Checked) -> None:
    if verdicts["city_id"].duplicated().any():
        twice = verdicts.loc[verdicts["city_id"].duplicated(), "city_id"]
        raise CityebbError(
            "model.rows_twice", table="verdicts", count=len(twice), example=f"city_id = {twice.iloc[0]}"
        )
    sources = set(verdicts["source"].astype(str))
    light = set(checked.points["light_source"].astype(str))
    if sources - light:
        raise CityebbError(
            "identify.proxy.other_light", found=", ".join(sorted(sources)), checked=", ".join(sorted(light))
        )
