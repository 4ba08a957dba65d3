"""Reported change = territorial + real: what a boundary did, and what people did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cityebb.harmonise.suspicion import suspect_areas, suspect_bases
from cityebb.model import DECOMPOSITION

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FLAGS = (
    "none",
    "artificial_shrinkage",
    "masked_shrinkage",
    "artificial_growth",
    "masked_growth",
    "suspected",
)
"""What a boundary did to a change: made a fall or a rise that people did not make, or hid one."""

STABLE = 0.0015
"""Change a year up to which a rise counts as none (Wolff and Wiechmann 2018)."""

# Shares smaller than this are rounding.
_NOTHING = 1e-9


def decompose(
    reported: pd.DataFrame,
    comparable: pd.DataFrame,
    *,
    start: int,
    end: int,
    ledger: pd.DataFrame | None = None,
    members: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    others: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Split each unit's reported change into what is territory and what is people.

    Parameters
    ----------
    reported
        ``model.COUNTS`` as published, each figure on the boundaries of its time; one indicator and concept.
    comparable
        ``model.COUNTS`` of the same on one set of boundaries, under the same codes.
    start, end
        The years compared.
    ledger
        ``model.LEDGER``: names the events behind a territorial part.
    members
        ``model.MEMBERS``: where a comparable unit holds several, events among these are named as well.
    areas
        ``unit_id``, ``before``, ``after`` (km²): where they differ by more than half a per cent and no event
        tells why, a change of boundary is suspected.
    others
        ``model.COUNTS``: the same figures in other publications. Where they give ``start`` or ``end``
        differently by more than one in a thousand and no event tells why, it is suspected as well.

    Returns
    -------
    DataFrame
        ``model.DECOMPOSITION``, one row a unit of ``comparable`` at ``end``, largest territorial part first.
        A unit that was not published under its code at ``start`` has no reported change and no territorial
        part: NaN, never zero.

    Notes
    -----
    ``reported`` compares the unit's published figures with each other, ``real`` its comparable ones;
    ``territorial = reported − real``. Where the boundaries of the end are the common ones, that is
    ``before_comparable − before_reported``.
    ``artificial_share = |territorial| / (|territorial| + |real|)``. Flags: *artificial shrinkage*, the
    published figure falls and people did not; *masked shrinkage*, people fell and the published figure did
    not; *artificial growth*, the published figure rises and people stayed as many; *masked growth*, people
    grew and the published figure stayed, since territory was lost. A fall is a fall however small; a rise is
    one if it is more than 0.15 % a year. Flags concern equal boundaries; *suspected* says that none
    are known: ``evidence`` then tells the two figures.

    References
    ----------
    Wolff, M. and Wiechmann, T. (2018), doi:10.1177/0969776417694680, for the band of stable cities.

    Dong, L., Du, R. and Liu, Y., censuses of China on equal boundaries (repository leiii/census); this is
    the identity above.

    Examples
    --------
    >>> import pandas as pd
    >>> def counts(before, after):
    ...     rows = [("A", 2010, before), ("A", 2020, after)]
    ...     frame = pd.DataFrame(rows, columns=["unit_id", "year", "value"])
    ...     return frame.assign(name="a", indicator="people", concept="resident")
    >>> found = decompose(counts(100.0, 130.0), counts(145.0, 130.0), start=2010, end=2020).iloc[0]
    >>> [float(found[name]) for name in ("reported", "territorial", "real")], found["flag"]
    ([30.0, 45.0, -15.0], 'masked_shrinkage')
    """
    import pandas as pd

    told, equal = _wide(reported, start, end), _wide(comparable, start, end)
    frame = pd.DataFrame(index=equal.index)
    before_reported = told["before"].reindex(frame.index).to_numpy(np.float64)
    before, after = equal["before"].to_numpy(np.float64), equal["after"].to_numpy(np.float64)
    # A unit's own later figure, where its group holds others too or a publication gives another.
    own = told["after"].reindex(frame.index).to_numpy(np.float64)
    after_reported = np.where(np.isnan(own), after, own)
    reported_change, real = after_reported - before_reported, after - before
    territorial = reported_change - real
    frame["name"] = equal["name"]
    frame["indicator"], frame["concept"] = comparable["indicator"].iloc[0], comparable["concept"].iloc[0]
    frame["start"], frame["end"] = str(start), str(end)
    frame["before_reported"], frame["before_comparable"], frame["after"] = before_reported, before, after
    frame["reported"], frame["territorial"], frame["real"] = reported_change, territorial, real
    frame["reported_change"] = _over(reported_change, before_reported)
    frame["real_change"] = _over(real, before)
    frame["artificial_share"] = _over(np.abs(territorial), np.abs(territorial) + np.abs(real))
    told_share, real_share = frame["reported_change"].to_numpy(), frame["real_change"].to_numpy()
    flags = _flags(reported_change, real, np.maximum(before_reported, 1))
    band = STABLE * (end - start)
    moved = np.abs(territorial) > _NOTHING * np.maximum(before_reported, 1)
    flat = moved & (flags == "none")
    flags[flat & (told_share > band) & (real >= 0) & (real_share <= band)] = "artificial_growth"
    flags[flat & (reported_change >= 0) & (told_share <= band) & (real_share > band)] = "masked_growth"
    frame["flag"], frame["evidence"] = flags, _events(frame.index, ledger, members, start, end)
    if areas is not None:
        _suspect(frame, suspect_areas(frame.index, areas))
    if others is not None and len(others):
        _suspect(frame, suspect_bases(reported, others, start=start, end=end))
    frame = frame.rename_axis("unit_id").reset_index()
    order = np.argsort(-frame["territorial"].abs().fillna(-1).to_numpy(), kind="stable")
    found: pd.DataFrame = frame.iloc[order][DECOMPOSITION.names].reset_index(drop=True)
    return found


def _wide(counts: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    import pandas as pd

    rows = counts[counts["year"].isin((start, end))].drop_duplicates(["unit_id", "year"])
    values = rows.pivot_table(index="unit_id", columns="year", values="value", dropna=False, aggfunc="first")
    names = rows.sort_values("year", kind="stable").groupby("unit_id")["name"].last()
    values = values.reindex(columns=[start, end])
    return pd.DataFrame({"before": values[start], "after": values[end], "name": names.reindex(values.index)})


def _over(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.divide(part, whole, where=whole > 0, out=np.full(part.shape, np.nan))
    return found


def _flags(
    reported: NDArray[np.float64], real: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.object_]:
    moved = np.abs(reported - real) > _NOTHING * scale
    flags = np.full(real.shape, "none", dtype=object)
    flags[moved & (reported < 0) & (real >= 0)] = "artificial_shrinkage"
    flags[moved & (reported >= 0) & (real < 0)] = "masked_shrinkage"
    return flags


def _events(
    units: pd.Index, ledger: pd.DataFrame | None, members: pd.DataFrame | None, start: int, end: int
) -> list[str | None]:
    """Name the events of each unit between the years; of its members' where it has none itself."""
    if ledger is None or ledger.empty:
        return [None] * len(units)
    from cityebb.harmonise.ledger import between

    told: dict[str, list[str]] = {}
    rows = between(ledger, start, end)
    for row in rows[["date", "kind", "from_unit", "from_name", "to_unit", "to_name"]].itertuples(index=False):
        date, kind, before, before_name, after, after_name = row
        if before == after:
            continue
        one, other = f"{before_name or '?'} ({before})", f"{after_name or '?'} ({after})"
        text = f"{date} {kind}: {one} → {other}"
        for unit in {before, after}:
            if isinstance(unit, str):
                told.setdefault(unit, []).append(text)
    inside: dict[str, list[str]] = {}
    if members is not None and len(members):
        for group, unit in zip(members["group_id"].astype(str), members["unit_id"].astype(str), strict=True):
            inside.setdefault(group, []).extend(told.get(unit, ()))
    found = [told.get(unit) or inside.get(unit) for unit in map(str, units)]
    return ["; ".join(dict.fromkeys(texts)) if texts else None for texts in found]


def _suspect(frame: pd.DataFrame, told: pd.Series) -> None:
    """Flag units whose figures tell of a change of boundary that no event does."""
    import pandas as pd

    codes = frame.index.astype(str)
    text = pd.Series(codes.map(told.to_dict()), index=frame.index, dtype=object)
    suspected = frame["flag"] == "suspected"
    doubtful = text.notna() & (frame["evidence"].isna() | suspected)
    before = frame.loc[doubtful & suspected, "evidence"]
    frame.loc[doubtful & (frame["flag"] == "none"), "flag"] = "suspected"
    frame.loc[doubtful, "evidence"] = text[doubtful]
    frame.loc[before.index, "evidence"] = before + "; " + text[before.index]
