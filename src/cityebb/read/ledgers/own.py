"""The own form: the columns of the ledger, headings and kinds in English or in Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import CONFIDENCES, EVENT_KINDS, LEDGER, UNUSED, CityebbError, Note, gather
from cityebb.read.ledgers._cells import as_codes, check_cells, check_events
from cityebb.read.ledgers._frames import ledger_of, need, unused_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pandas as pd

HEADINGS = dict(
    zip(
        (
            "事件编号",
            "生效日期",
            "类型",
            "原代码",
            "原名称",
            "现代码",
            "现名称",
            "比例",
            "比例依据",
            "人数",
            "依据",
            "可信程度",
        ),
        LEDGER.names,
        strict=True,
    )
)
KINDS = dict(zip(("更名", "改设", "合并", "分设", "划转", "撤销", "新设"), EVENT_KINDS, strict=True))
_ALSO = {
    **KINDS,
    "并入": "merge",
    "撤并": "merge",
    "改名": "rename",
    "升格": "upgrade",
    "拆分": "split",
    "划出": "transfer",
    "设立": "creation",
    "改設": "upgrade",
    "合併": "merge",
    "併入": "merge",
    "分設": "split",
    "劃轉": "transfer",
    "撤銷": "abolition",
    "新設": "creation",
}
_CONFIDENCES = dict(zip(("确证", "可能", "推测"), CONFIDENCES, strict=True))
_SHARES_OF = {"人口": "people", "面积": "area", "灯光": "light", "建成区": "built_up"}
_TELLING = ["event_id", "from_unit", "to_unit", "share", "share_of", "people", "date", "kind"]
_NEEDED = ("event_id", "date", "kind", "from_unit", "to_unit")


def is_own(headings: Iterable[str]) -> bool:
    """Whether headings are those of the own form.

    Examples
    --------
    >>> is_own(["event_id", "date", "kind", "from_unit", "to_unit", "share"]), is_own(["code", "name"])
    (True, False)
    """
    return set(_NEEDED) <= {HEADINGS.get(heading, heading) for heading in headings}


def read(rows: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Return the ledger, the rows not used and notes.

    Raises
    ------
    CityebbError, Faults
        For every cell that is no date, kind, share, number or unit, and every event that contradicts itself,
        with its row.
    """
    import pandas as pd

    frame = rows.rename(columns=HEADINGS)
    twice = sorted(set(frame.columns[frame.columns.duplicated()]))
    if twice:
        raise CityebbError("read.ledger_heading_twice", path=path.name, columns=", ".join(twice))
    need(frame, _NEEDED, path)
    empty = frame.isna().all(axis=1)
    unused = unused_of(path, rows[empty], "read.unused.empty") if empty.any() else UNUSED.empty()
    frame = frame[~empty].apply(_stripped)
    frame["kind"] = frame["kind"].replace(_ALSO).str.lower()
    frame["event_id"] = frame["event_id"].ffill()
    for name in ("event_id", "from_unit", "to_unit"):
        frame[name] = as_codes(frame[name])
    for name, words, default in (
        ("confidence", _CONFIDENCES, "certain"),
        ("share_of", _SHARES_OF, "people"),
    ):
        frame[name] = frame[name].replace(words).fillna(default) if name in frame else default
    with gather() as fault:
        for name in ("share", "people"):
            text = frame[name] if name in frame else pd.Series(None, index=frame.index, dtype=object)
            if name == "share":  # what stands in a share before digits is a decimal mark
                text = text.astype(object).where(text.isna(), text.astype(str).str.replace(",", "."))
            scale = text.astype(str).str.endswith("%").map({True: 0.01, False: 1.0})
            number = pd.to_numeric(text.astype(str).str.rstrip("%").where(text.notna()), errors="coerce")
            for row in frame.index[text.notna() & number.isna()]:
                fault(
                    CityebbError(
                        "read.ledger_number", path=path.name, row=int(row), column=name, found=str(text[row])
                    )
                )
            frame[name] = number * scale
        frame.loc[frame["share"].isna() & frame["kind"].isin(("merge", "rename", "upgrade")), "share"] = 1.0
        frame, sound = check_cells(frame, path, fault)
        again = _told_again(frame, path, fault)
        check_events(frame[sound & ~again], path, fault)
    if again.any():
        repeated = unused_of(path, rows.loc[frame.index[again]], "read.unused.repeated")
        unused = pd.concat([unused, repeated], ignore_index=True) if len(unused) else repeated
    found = [{str(key): cell for key, cell in row.items()} for row in frame[~again].to_dict("records")]
    return ledger_of(found), unused, ()


def _stripped(column: pd.Series) -> pd.Series:
    """Return a column without blanks around its texts; a cell of blanks alone is empty."""
    text = column.astype(object).where(column.notna(), "").astype(str).str.strip()
    return text.astype(object).where(text != "", None)


def _told_again(frame: pd.DataFrame, path: Path, fault: Callable[[CityebbError], None]) -> pd.Series:
    """Return which rows repeat a link of their event; one told differently is a fault naming both rows."""
    told = frame[_TELLING].astype(object).where(frame[_TELLING].notna(), "").astype(str)
    links = told["event_id"].str.cat(told[["from_unit", "to_unit"]], sep="\x1f")
    again: pd.Series = links.duplicated()
    whole = links.str.cat(told[_TELLING[3:]], sep="\x1f")
    first = links.reset_index().groupby(links.to_numpy())["index"].transform("first").set_axis(links.index)
    for row in frame.index[again & (whole.to_numpy() != whole.loc[first].to_numpy())]:
        other = first[row]
        different = [name for name in _TELLING if told.loc[row, name] != told.loc[other, name]]
        fault(
            CityebbError(
                "read.ledger_link_twice",
                path=path.name,
                row=int(row),
                other=int(other),
                event=told.loc[row, "event_id"],
                link=f"{told.loc[row, 'from_unit'] or '–'} → {told.loc[row, 'to_unit'] or '–'}",
                column=different[0],
                found=told.loc[row, different[0]] or "–",
                before=told.loc[other, different[0]] or "–",
            )
        )
    return again
