"""China: the code list of the Ministry of Civil Affairs, with the successors of each ended code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.model import UNUSED, Note
from cityebb.read.ledgers._frames import ledger_of, need, read_rows, unused_of

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("代码", "名称", "级别", "状态", "启用时间", "变更/弃用时间", "新代码")
_SUCCESSOR = re.compile(r"(\d{6})(?:\[(\d{4})\])?")
# The last character tells the rank; a code that changes only it or the name is the same territory.
_RANKS = "省市县区旗盟州"
_OPEN = 9999


def read(rows: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Return the ledger, the rows not used and notes.

    A record with one successor is a rename, an upgrade (the name's last character changes) or, where others
    have the same successor in the same year or the successor is older, a merger; one with several is a split
    without known shares. A successor with a year of its own in brackets took a part before the code ended: a
    partial transfer. The list tells codes, not territory: what moved without a change of code is not in it.
    """
    import pandas as pd

    need(rows, _COLUMNS, path)
    frame = rows[list(_COLUMNS)].set_axis(
        ["code", "name", "level", "state", "first", "last", "successors"], axis=1
    )
    frame = frame[frame["code"].notna()]
    ended = frame[frame["last"].notna() & frame["successors"].notna()]
    lost = frame[frame["last"].notna() & frame["successors"].isna()]
    table = pd.DataFrame(list(_links(ended)), columns=["code", "name", "state", "last", "to", "year"])
    names = _names(frame)
    found = _events(table, names, frame)
    found += [
        {
            "event_id": f"{row.last}-{row.code}",
            "date": str(row.last),
            "kind": "abolition",
            "from_unit": row.code,
            "from_name": row.called,
            "confidence": "certain",
        }
        for row in lost.rename(columns={"name": "called"}).itertuples()
        if row.level == "县级"
    ]
    upper = lost[lost["level"] != "县级"]
    told = _of_prefectures(upper, table, names, frame)
    found += told
    known = {row["from_unit"] for row in told}
    silent = upper[~upper["code"].isin(known)]
    unused = unused_of(path, silent, "read.unused.no_successor") if len(silent) else UNUSED.empty()
    return ledger_of(found), unused, (Note("read.ledger_china_codes", {"path": path.name}, "warning"),)


def _links(ended: pd.DataFrame) -> Any:  # noqa: ANN401 - rows of text
    for code, name, state, last, successors in zip(
        *(ended[column] for column in ("code", "name", "state", "last", "successors")), strict=True
    ):
        for to, year in _SUCCESSOR.findall(str(successors)):
            yield code, name, state, str(last), to, year or str(last)


def _names(frame: pd.DataFrame) -> dict[str, str]:
    """Return the latest name of each code."""
    latest = frame.sort_values("first", kind="stable").drop_duplicates("code", keep="last")
    return dict(zip(latest["code"], latest["name"], strict=True))


def _events(links: pd.DataFrame, names: dict[str, str], frame: pd.DataFrame) -> list[dict[str, Any]]:
    began = frame.assign(first=frame["first"].astype(int)).groupby("code")["first"].min().to_dict()
    parents = links.groupby(["to", "year"])["code"].nunique()
    found: list[dict[str, Any]] = []
    for key, group in links.groupby(["code", "last"], sort=True):
        code, last = map(str, key)
        name = group["name"].iloc[0]
        early = group[group["year"] != last]
        final = group[group["year"] == last]
        found += [
            _link(f"{year}-{code}-{to}", year, "transfer", code, name, to, names)
            for to, year in zip(early["to"], early["year"], strict=True)
            if to != code
        ]
        parts = list(dict.fromkeys(final["to"]))
        if len(parts) > 1:
            found += [_link(f"{last}-{code}", last, "split", code, name, to, names) for to in parts]
        elif parts:
            to = parts[0]
            older = began.get(to, 0) < int(last)
            kind = _kind(
                name,
                names.get(to, ""),
                same=code == to,
                merged=older or parents.loc[[(to, last)]].iloc[0] > 1,
            )
            if kind:
                link = _link(f"{last}-{code}", last, kind, code, name, to, names)
                found.append(link | {"share": 1.0})
    return found


def _of_prefectures(
    upper: pd.DataFrame, links: pd.DataFrame, names: dict[str, str], frame: pd.DataFrame
) -> list[dict[str, Any]]:
    """Say what became of prefectures that ended without a successor named: their counties tell.

    A prefecture all of whose counties went to one other became that one, or merged into it; where they went
    to several, it was split among them, by shares that the list does not tell.
    """
    began = frame.assign(first=frame["first"].astype(int)).groupby("code")["first"].min().to_dict()
    found: list[dict[str, Any]] = []
    for code, name, last in zip(upper["code"], upper["name"], upper["last"].astype(str), strict=True):
        parts = links[(links["code"].str[:4] == code[:4]) & (links["last"] == last) & (links["year"] == last)]
        targets = list(dict.fromkeys(_prefecture(to) for to in parts["to"] if _prefecture(to) != code))
        told = "; ".join(f"{county} → {to}" for county, to in zip(parts["name"], parts["to"], strict=True))
        for target in targets:
            if len(targets) > 1:
                kind, share = "split", None
            else:
                kind, share = "merge" if began.get(target, 0) < int(last) else "rename", 1.0
            link = _link(f"{last}-{code}", last, kind, code, name, target, names)
            found.append(link | {"share": share, "evidence": told, "confidence": "likely"})
    return found


def _prefecture(code: str) -> str:
    """Return the prefecture of a county's code; of one directly under a province, the code itself."""
    return code if code[2:4] == "90" else code[:4] + "00"


def _kind(name: str, new: str, *, same: bool, merged: bool) -> str:
    """Say what became of a unit with one successor; nothing where it is the same under the same name."""
    if same:
        return "upgrade" if name[-1:] != new[-1:] else "rename" if name != new else ""
    if merged:
        return "merge"
    ranks = name[-1:] in _RANKS and new[-1:] in _RANKS
    return "upgrade" if ranks and name[-1:] != new[-1:] else "rename"


def _link(
    event: str, date: str, kind: str, code: str, name: str, to: str, names: dict[str, str]
) -> dict[str, Any]:
    return {
        "event_id": event,
        "date": date,
        "kind": kind,
        "from_unit": code,
        "from_name": name,
        "to_unit": to,
        "to_name": names.get(to),
        "share_of": "people",
        "evidence": "民政部行政区划代码",
        "confidence": "certain",
    }


def units_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the units of all levels with the years of their codes."""
    import pandas as pd

    last = pd.to_numeric(rows["变更/弃用时间"]).fillna(_OPEN).astype("int64")
    first = pd.to_numeric(rows["启用时间"]).astype("int64")
    return pd.DataFrame({"unit_id": rows["代码"], "name": rows["名称"], "first": first, "last": last})


def read_code_list(path: Path | str) -> pd.DataFrame:
    """Return the codes that were ever in use.

    Parameters
    ----------
    path
        The code list, in the form of ``china_codes``.

    Returns
    -------
    DataFrame
        ``code``, ``name``, ``province``, ``prefecture``, ``level`` (``province``, ``prefecture`` or
        ``county``), ``first`` and ``last`` (years; ``last``: from which the code no longer is, empty while in
        use).
    """
    import pandas as pd

    path = Path(path)
    rows = read_rows(path)
    need(rows, (*_COLUMNS, "一级行政区", "二级行政区"), path)
    levels = {"省级": "province", "地级": "prefecture", "县级": "county"}
    return pd.DataFrame(
        {
            "code": rows["代码"],
            "name": rows["名称"],
            "province": rows["一级行政区"],
            "prefecture": rows["二级行政区"],
            "level": rows["级别"].map(levels),
            "first": pd.to_numeric(rows["启用时间"]).astype("Int64"),
            "last": pd.to_numeric(rows["变更/弃用时间"]).astype("Int64"),
        }
    ).reset_index(drop=True)
