"""What a study declares of lamps: found in its cities, heeded in its verdicts, told in its notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import Note

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_SHOWN = 5


def heed_lamps(verdicts: pd.DataFrame, lamps: pd.DataFrame | None, cities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the verdicts but for those that declared lamps forbid.

    Parameters
    ----------
    verdicts
        ``model.VERDICTS``.
    lamps
        ``model.LAMPS`` of the source; ``None`` where nothing is declared.
    cities
        ``model.CITIES``.
    """
    from cityebb.identify import lamps_in_outlines, locate_lamps, withhold_lamps

    if lamps is None:
        return verdicts
    located, _ = locate_lamps(lamps, cities)
    return withhold_lamps(verdicts, lamps_in_outlines(located, cities))


def tell_lamps(
    verdicts: pd.DataFrame, lamps: pd.DataFrame | None, cities: gpd.GeoDataFrame, source: str
) -> list[Note]:
    """Say what became of the declared lamps: how many verdicts are withheld, and which rows lie in no city.

    Parameters
    ----------
    verdicts, lamps, cities
        As for :func:`heed_lamps`; the verdicts that it returned.
    source
        The source of light.
    """
    from cityebb.identify import Reason, lamps_in_outlines, locate_lamps

    if lamps is None:
        return []
    located, lost = locate_lamps(lamps, cities)
    declared = lamps_in_outlines(located, cities)
    told = {
        "source": source,
        "rows": len(lamps),
        "cities": int(declared["city_id"].nunique()),
        "withheld": int((verdicts["reason"] == Reason.LAMPS.value).sum()),
    }
    notes = [Note("study.note.lamps", told, "info", source)]
    nowhere = lamps[~lamps["row"].isin(set(declared["row"]))]
    for key, rows in (
        ("study.note.lamps_unknown", lost),
        ("study.note.lamps_outside", nowhere[~nowhere["row"].isin(set(lost["row"]))]),
    ):
        if len(rows):
            values = {"source": source, "count": len(rows), "rows": _listed(rows)}
            notes.append(Note(key, values, "warning", source))
    shared = located["row"].duplicated(keep=False)
    if shared.any():
        names = list(dict.fromkeys(located.loc[shared, "name"]))
        values = {"source": source, "count": len(names), "names": ", ".join(names[:_SHOWN])}
        notes.append(Note("study.note.lamps_shared", values, "warning", source))
    return notes


def _listed(rows: pd.DataFrame) -> str:
    told = ", ".join(str(row) for row in rows["row"].head(_SHOWN))
    return told if len(rows) <= _SHOWN else f"{told} …"
