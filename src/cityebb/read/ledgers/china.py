"""China: the code list of the Ministry of Civil Affairs, with the successors of each ended code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cityebb.model import UNUSED, CityebbError, Note, gather
from cityebb.read.ledgers._cells import as_codes
from cityebb.read.ledgers._frames import ledger_of, need, read_rows, unused_of, years

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    rows = with_years(rows, path)
    frame = rows[list(_COLUMNS)].set_axis(
        ["code", "name", "level", "state", "first", "last", "successors"], axis=1
    )
    frame = frame[frame["code"].notna()]
    links = pd.DataFrame(list(_links(frame)), columns=["code", "name", "last", "to", "year"])
    spans = _Spans(frame)
    found = _events(links, spans)
    final = links[links["year"] == links["last"]]
    succeeded = set(zip(final["code"], final["last"], strict=True))
    ended = frame[frame["last"].notna()]
    followed = [pair in succeeded for pair in zip(ended["code"], ended["last"].astype(str), strict=True)]
    lost = ended[~np.array(followed, dtype=bool)]
    found += [
        {
            "event_id": f"{last}-{code}",
            "date": last,
            "kind": "abolition",
            "from_unit": code,
            "from_name": name,
            "confidence": "certain",
        }
        for code, name, last, level in zip(
            lost["code"], lost["name"], lost["last"].astype(str), lost["level"], strict=True
        )
        if level == "县级"
    ]
    upper = lost[lost["level"] != "县级"]
    told = _of_prefectures(upper, links, spans)
    found += told
    known = {row["from_unit"] for row in found}
    silent = {
        "read.unused.no_successor": upper[~upper["code"].isin({row["from_unit"] for row in told})],
        "read.unused.no_change": ended[np.array(followed, dtype=bool) & ~ended["code"].isin(known)],
    }
    unused = [unused_of(path, part, reason) for reason, part in silent.items() if len(part)]
    return (
        ledger_of(found),
        pd.concat(unused, ignore_index=True) if unused else UNUSED.empty(),
        (Note("read.ledger_china_codes", {"path": path.name}, "warning"),),
    )


def with_years(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return the rows with years and codes as text, whole numbers without decimals, missing where empty.

    Raises
    ------
    CityebbError, Faults
        For every cell that is no year, and every code without a first year, all at once with their rows.
    """
    with gather() as fault:
        for column, needed in (("启用时间", True), ("变更/弃用时间", False)):
            try:
                found = years(rows, column, path)
            except CityebbError as error:
                fault(error)
                continue
            wrong = (found % 1 != 0) & found.notna()
            wrong |= found.isna() & rows["代码"].notna() & needed
            for row in rows.index[wrong]:
                cell = "" if found.isna()[row] else str(rows[column][row])
                values = {"path": path.name, "row": int(row), "column": column, "found": cell}
                fault(CityebbError("read.ledger_number", **values))
            whole = found.astype("Int64") if not wrong.any() else found
            rows = rows.assign(**{column: whole.astype(object).where(found.notna(), None)})
            rows[column] = rows[column].map(lambda year: None if year is None else str(year))
    return rows.assign(代码=as_codes(rows["代码"]))


class _Spans:
    """Which codes were in use when, and under which names."""

    def __init__(self, frame: pd.DataFrame) -> None:
        import pandas as pd

        last = pd.to_numeric(frame["last"]).fillna(_OPEN).astype(int)
        self.of: dict[str, list[tuple[int, int, str]]] = {}
        for code, name, first, end in zip(
            frame["code"], frame["name"], frame["first"].astype(int), last, strict=True
        ):
            self.of.setdefault(code, []).append((first, end, name))

    def before(self, code: str, year: int) -> bool:
        """Whether a code was in use just before the changes of a year."""
        return any(first < year <= end for first, end, _ in self.of.get(code, ()))

    def name(self, code: str, year: int) -> str | None:
        """Return the name under a code just after the changes of a year."""
        spans = self.of.get(code, [])
        now = [name for first, end, name in spans if first <= year < end]
        return now[-1] if now else spans[-1][2] if spans else None


def _links(frame: pd.DataFrame) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield code, name, year of its end (empty while in use), successor and year of the link.

    Codes in use have successors too: units that took a part of theirs, each with its year in brackets.
    """
    rows = frame[frame["successors"].notna()]
    last = rows["last"].fillna("").astype(str)
    for code, name, end, successors in zip(rows["code"], rows["name"], last, rows["successors"], strict=True):
        for to, year in _SUCCESSOR.findall(str(successors)):
            yield code, name, end, to, year or end


def _events(links: pd.DataFrame, spans: _Spans) -> list[dict[str, Any]]:
    final = links[(links["year"] == links["last"]) & (links["last"] != "")]
    parents = final.groupby(["to", "year"])["code"].nunique().to_dict()
    found: list[dict[str, Any]] = []
    for key, group in links.groupby(["code", "name", "last"], sort=True):
        code, name, last = map(str, key)
        early = group[(group["year"] != last) & (group["to"] != code) & (group["year"] != "")]
        found += [
            _link(f"{year}-{code}-{to}", year, "transfer", code, name, to, spans.name(to, int(year)))
            for to, year in zip(early["to"], early["year"], strict=True)
        ]
        parts = list(dict.fromkeys(group.loc[(group["year"] == last) & (last != ""), "to"]))
        if len(parts) > 1:
            found += [
                _link(f"{last}-{code}", last, "split", code, name, to, spans.name(to, int(last)))
                for to in parts
            ]
        elif parts:
            to, new = parts[0], spans.name(parts[0], int(last))
            merged = spans.before(to, int(last)) or parents[to, last] > 1
            kind = _kind(name, new or "", same=code == to, merged=merged)
            if kind:
                found.append(_link(f"{last}-{code}", last, kind, code, name, to, new) | {"share": 1.0})
    return found


def _of_prefectures(upper: pd.DataFrame, links: pd.DataFrame, spans: _Spans) -> list[dict[str, Any]]:
    """Say what became of prefectures that ended without a successor named: their counties tell.

    A prefecture all of whose counties went to one other became that one, or merged into it; where they went
    to several, it was split among them, by shares that the list does not tell.
    """
    found: list[dict[str, Any]] = []
    for code, name, last in zip(upper["code"], upper["name"], upper["last"].astype(str), strict=True):
        parts = links[(links["code"].str[:4] == code[:4]) & (links["last"] == last) & (links["year"] == last)]
        targets = list(dict.fromkeys(_prefecture(to) for to in parts["to"] if _prefecture(to) != code))
        told = "; ".join(f"{county} → {to}" for county, to in zip(parts["name"], parts["to"], strict=True))
        for target in targets:
            if len(targets) > 1:
                kind, share = "split", None
            else:
                kind, share = "merge" if spans.before(target, int(last)) else "rename", 1.0
            link = _link(f"{last}-{code}", last, kind, code, name, target, spans.name(target, int(last)))
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


def _link(event: str, date: str, kind: str, code: str, name: str, to: str, new: str | None) -> dict[str, Any]:
    return {
        "event_id": event,
        "date": date,
        "kind": kind,
        "from_unit": code,
        "from_name": name,
        "to_unit": to,
        "to_name": new,
        "share_of": "people",
        "evidence": "民政部行政区划代码",
        "confidence": "certain",
    }


def units_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the units of all levels with the years of their codes."""
    import pandas as pd

    rows = rows.assign(代码=as_codes(rows["代码"]))
    rows = rows[rows["代码"].notna()]
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
            "code": as_codes(rows["代码"]),
            "name": rows["名称"],
            "province": rows["一级行政区"],
            "prefecture": rows["二级行政区"],
            "level": rows["级别"].map(levels),
            "first": pd.to_numeric(rows["启用时间"]).astype("Int64"),
            "last": pd.to_numeric(rows["变更/弃用时间"]).astype("Int64"),
        }
    ).reset_index(drop=True)
