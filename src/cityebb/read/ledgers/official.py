"""Official weights from the units of one date to those of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cityebb.model import CROSSWALK, UNUSED, CityebbError, Note
from cityebb.read.ledgers._frames import need, unused_of, years

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_SHARES = {"share_population": "people", "share_area": "area", "share_employees": "employees"}
# Official shares are rounded to a few digits.
_ROUNDING = 0.01


def read(rows: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Return ``model.CROSSWALK``, the rows not used and notes.

    One row for each pair and each kind of share. The date that the weights lead to is a column ``to_year``,
    else told by the file's name: ``…_to_2021`` or ``…_to_next_year``. Shares are printed with few digits:
    those of a unit that sum to 1 within a hundredth are divided by their sum, so that nobody is lost. Units
    whose shares do not sum to 1 are told, and their shares left as they are.
    """
    import pandas as pd

    shares = [name for name in _SHARES if name in rows]
    need(rows, ("from_year", "from_code", "to_code", *(shares or ["share_population"])), path)
    start = years(rows, "from_year", path).astype("int64")
    frames = []
    unused: list[pd.DataFrame] = []
    notes: list[Note] = []
    for name in shares:
        share = pd.to_numeric(rows[name], errors="coerce")
        frame = pd.DataFrame(
            {
                "from_unit": rows["from_code"].astype(str),
                "from_vintage": start.astype(str),
                "to_unit": rows["to_code"].astype(str),
                "to_vintage": _leads_to(rows, start, path),
                "share": share,
                "share_of": _SHARES[name],
                "evidence": path.name,
            }
        )[share.notna()]
        whole = frame.groupby(["from_vintage", "from_unit"])["share"].transform("sum")
        rounded = (whole - 1).abs() <= _ROUNDING
        frame["share"] = frame["share"].where(~rounded, frame["share"] / whole)
        sums = frame.groupby(["from_vintage", "from_unit"])["share"].sum()
        wrong = sums[(sums - 1).abs() > _ROUNDING]
        if len(wrong):
            told = ", ".join(
                f"{unit} ({vintage}): {total:.4g}"
                for vintage, unit, total in wrong.head(5).reset_index().itertuples(index=False)
            )
            values = {"share": name, "count": len(wrong), "units": told, "path": path.name}
            notes.append(Note("read.ledger_unbalanced", values, "warning"))
        frames.append(frame[frame["share"] <= 1])
        for reason, rest in (("read.unused.no_share", share.isna()), ("read.unused.share_above", share > 1)):
            if rest.any():
                unused.append(unused_of(path, rows[rest], reason, name))
    found = pd.concat(frames, ignore_index=True)
    left = pd.concat(unused, ignore_index=True) if unused else UNUSED.empty()
    return found[CROSSWALK.names], left, tuple(notes)


def _leads_to(rows: pd.DataFrame, start: pd.Series, path: Path) -> pd.Series:
    if "to_year" in rows:
        found: pd.Series = rows["to_year"].astype(str).str.removesuffix(".0")
        return found
    named = re.search(r"_to_(\d{4}|next_year)", path.stem)
    if named is None:
        raise CityebbError("read.ledger_to_year", path=path.name)
    year = named.group(1)
    following = start + 1 if year == "next_year" else start * 0 + int(year)
    return following.astype(str)
