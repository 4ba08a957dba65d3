"""Put codes to the units of a table that has names only, from a list that knows both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.model import COUNTS, UNUSED, Note
from cityebb.read.tables.assemble import only_level
from cityebb.read.tables.cells import plain
from cityebb.read.tables.codes import Matched, are_division_codes, level_of, match_names, parent_of
from cityebb.read.tables.reading import keep_once

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.read.tables.reading import ReadTable

_NAMED = 8
# A printed sum differs from the sum of its rounded parts by less.
_SUM = 0.005


def put_codes(read: ReadTable, known: pd.DataFrame, *, source: str, level: str = "finest") -> ReadTable:
    """Return a table whose units have the codes that a list knows for their names.

    Parameters
    ----------
    read
        A table without codes: its ``unit_id`` is the name, after the names of the units above and ``/``.
    known
        ``unit_id`` (the code) and ``name``.
    source
        Name of the table in the study, for the notes.
    level
        As in :class:`~cityebb.read.TableParameters`: with codes, rows of units above those wanted are told.

    Returns
    -------
    ReadTable
        Units whose name none or several codes fit keep their name for a code; notes name them. Those of them
        whose figures are the sum of the counties of one prefecture or province are that unit, and set apart.
        A table that has division codes of its own is returned as it is.

    Raises
    ------
    CityebbError
        If different rows turn out to be of one unit and contradict each other in more than a tenth.

    Examples
    --------
    >>> import pandas as pd
    >>> from cityebb.model import COUNTS, GUESSES, UNUSED
    >>> from cityebb.read import ReadTable
    >>> row = ("伊春", "伊春", 2020, "2020", "people", "resident", "census", "a", 878881.0, "people", 1.0)
    >>> counts = pd.DataFrame([row], columns=COUNTS.names)
    >>> table = ReadTable(counts, COUNTS.empty(), UNUSED.empty(), GUESSES.empty(), ())
    >>> known = pd.DataFrame({"unit_id": ["230700", "360900"], "name": ["伊春市", "宜春市"]})
    >>> put_codes(table, known, source="people").counts["unit_id"].tolist()
    ['230700']
    """
    import pandas as pd

    units = read.counts["unit_id"].drop_duplicates()
    if not len(units) or are_division_codes(units.tolist()):
        return read
    codes, several, none = codes_of(units, known)
    counts = read.counts.copy()
    found = counts["unit_id"].map(codes)
    sums = _sums(counts, found)
    none = [name for name in none if name not in sums]
    found = found.where(found.notna(), counts["unit_id"].map(sums))
    coded, rest = counts.assign(unit_id=found)[found.notna()], counts[found.isna()]
    coded, above = only_level(coded, level)
    counts = pd.concat([coded, rest]).sort_index()
    counts, twice = keep_once(counts, source)
    told = {"source": source, "matched": int(codes.notna().sum()), "units": len(units)}
    notes = [Note("read.names_matched", told, "info", source)]
    for key, names in (("read.names_several", several), ("read.names_none", none)):
        if names:
            values = {"source": source, "count": len(names), "names": ", ".join(names[:_NAMED])}
            notes.append(Note(key, values, "warning", source))
    places = read.places.assign(unit_id=read.places["unit_id"].map(codes).fillna(read.places["unit_id"]))
    return replace(
        read,
        places=places.drop_duplicates("unit_id").reset_index(drop=True),
        counts=counts.reset_index(drop=True),
        totals=pd.concat([read.totals, above], ignore_index=True)[COUNTS.names],
        unused=pd.concat([read.unused, twice], ignore_index=True)[UNUSED.names],
        notes=(*read.notes, *notes),
        negative=read.negative.assign(
            unit_id=read.negative["unit_id"].map(codes).fillna(read.negative["unit_id"])
        ),
    )


def codes_of(units: pd.Series, known: pd.DataFrame) -> tuple[pd.Series, list[str], list[str]]:
    """Return the code of each unit told by names, the names that several codes fit and those that none fits.

    Parameters
    ----------
    units
        Names, after the names of the units above and ``/``; each once.
    known
        ``unit_id`` and ``name``; where the codes are division codes, the units above are told by them. Of a
        list with ``last``, the year in which a unit ended, those that go on are asked first.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["朝阳区", "朝阳区", "长春市"]
    >>> known = pd.DataFrame({"unit_id": ["110105", "220104", "220100"], "name": names})
    >>> codes, several, none = codes_of(pd.Series(["长春市/朝阳区", "朝阳区", "海区"]), known)
    >>> codes["长春市/朝阳区"], several, none
    ('220104', ['朝阳区 (110105, 220104)'], ['海区'])
    """
    import pandas as pd

    parts = units.astype(str).str.rpartition("/")
    names, above = parts[2], parts[0].str.rpartition("/")[2]
    now = known[known["last"] == known["last"].max()] if "last" in known else known
    matched = match_names(names, _with_places(now), above)
    if len(now) < len(known) and matched.unknown:
        rest = names.isin(matched.unknown)
        older = match_names(names[rest], _with_places(known), above[rest])
        codes = matched.codes.where(~rest, older.codes.reindex(names.index))
        matched = Matched(codes, pd.concat([matched.ambiguous, older.ambiguous]), older.unknown)
    several = [f"{name} ({codes})" for name, _, codes in matched.ambiguous.itertuples(index=False)]
    # Where two names lead to one code, it is of the one that is written just so in the list.
    told = known.drop_duplicates("unit_id", keep="last").set_index("unit_id")["name"].map(plain)
    codes = matched.codes
    exact = codes.map(told) == names.map(plain)
    lost = codes.notna() & codes.duplicated(keep=False) & ~exact
    none = [*matched.unknown, *names[lost]]
    return codes.where(~lost, None).set_axis(units.to_numpy()), several, none


def _sums(counts: pd.DataFrame, codes: pd.Series) -> dict[str, str]:
    """Return the codes of units without one that are the sum of the counties of a prefecture or province.

    A list of counties does not know the names of the units above that stand among them in a yearbook; counted
    beside their counties they would count everybody twice. Their latest figures must be those of all counties
    with the same first digits; in earlier years, when some counties had other names, they may be more.
    """
    import pandas as pd

    coded = counts.assign(code=codes)[codes.notna()]
    if not are_division_codes(coded["code"].unique().tolist()):
        return {}
    coded = coded[coded["code"].map(level_of) == "county"]
    keys = ["year", "indicator", "concept"]
    above = [coded["code"].str[:digits] + "0" * (6 - digits) for digits in (4, 2)]
    parts = pd.concat([coded.assign(above=one) for one in above]).groupby(["above", *keys])["value"]
    sums = parts.sum()[parts.count() > 1].rename("total").reset_index()
    name = counts["name"].fillna("").astype(str)
    rest = counts[codes.isna() & counts["value"].gt(0) & ~name.str.contains("[县区旗]$")]
    near = rest.merge(sums, on=keys)
    near["part"] = near["total"] / near["value"]
    pairs = near.sort_values("year").groupby(["unit_id", "above"], as_index=False)
    found = pairs.agg(largest=("part", "max"), last=("part", "last"))
    whole = found[(found["largest"] <= 1 + _SUM) & (found["last"] >= 1 - _SUM)]
    # Of a layer of one prefecture alone, the sum is also that of its province.
    coarse = whole["above"].str.endswith("0000") & whole["unit_id"].duplicated(keep=False)
    whole = whole[~coarse].drop_duplicates("unit_id", keep=False)
    return dict(zip(whole["unit_id"], whole["above"], strict=True))


def _with_places(known: pd.DataFrame) -> pd.DataFrame:
    """Return ``code``, ``name`` and, where the codes tell them, the names of the units above."""
    listed = known[known["name"].notna()]
    frame = listed[["unit_id", "name"]].set_axis(["code", "name"], axis=1).astype(str)
    if are_division_codes(frame["code"].tolist()):
        names = frame.drop_duplicates("code", keep="last").set_index("code")["name"]
        up = frame["code"].map(parent_of)
        frame["prefecture"] = up.map(names).fillna("")
        frame["province"] = (frame["code"].str[:2] + "0000").map(names).fillna("")
    return frame
