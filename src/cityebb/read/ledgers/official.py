"""Official weights from the units of one date to those of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cityebb.model import CROSSWALK, UNUSED, CityebbError, Note, gather
from cityebb.read.ledgers._cells import as_codes
from cityebb.read.ledgers._frames import need, unused_of, whole_years

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

_SHARES = {"share_population": "people", "share_area": "area", "share_employees": "employees"}
# Official shares are rounded to a few digits.
_ROUNDING = 0.01
_PER_CENT = 100.0
_HALF = 0.5
_GAPS = ("-", "–", "—", "na", "n/a", "nan", "null", "none")


def read(rows: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, pd.DataFrame, tuple[Note, ...]]:
    """Return ``model.CROSSWALK``, the rows not used and notes.

    One row for each pair and each kind of share. The date that the weights lead to is a column ``to_year``,
    else told by the file's name: ``…_to_2021`` or ``…_to_next_year``. Shares are printed with few digits:
    those of a unit that sum to 1 within a hundredth are divided by their sum, so that nobody is lost. Units
    whose shares do not sum to 1 are told, and their shares left as they are.

    Raises
    ------
    CityebbError, Faults
        For years and shares that are no numbers, shares below 0, above 1 or in per cent, rows without a code,
        and pairs told twice, all at once with their rows.
    """
    import pandas as pd

    shares = [name for name in _SHARES if name in rows]
    need(rows, ("from_year", "from_code", "to_code", *(shares or ["share_population"])), path)
    rows = rows.assign(**{name: as_codes(rows[name]) for name in ("from_code", "to_code")})
    for name in shares:
        rows[name] = _with_points(rows[name])
    start, ends = _checked(rows, shares, path)
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
                "to_vintage": ends.astype(str),
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
        frames.append(frame)
        if share.isna().any():
            unused.append(unused_of(path, rows[share.isna()], "read.unused.no_share", name))
    found = pd.concat(frames, ignore_index=True)
    left = pd.concat(unused, ignore_index=True) if unused else UNUSED.empty()
    return found[CROSSWALK.names], left, tuple(notes)


def _with_points(shares: pd.Series) -> pd.Series:
    """Return shares with a decimal point where a comma stands: in a share it can be nothing else."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(shares):
        return shares
    text = shares.astype(object).where(shares.notna(), "").astype(str).str.strip().str.replace(",", ".")
    return text.astype(object).where(text != "", None)


def _checked(rows: pd.DataFrame, shares: list[str], path: Path) -> tuple[pd.Series, pd.Series]:
    """Return the years that the weights lead from and to; refuse what cannot be, all at once."""
    import pandas as pd

    start = ends = pd.Series(0, index=rows.index)
    with gather() as fault:
        try:
            start = whole_years(rows, "from_year", path)
        except CityebbError as error:
            fault(error)
        try:
            ends = whole_years(rows, "to_year", path) if "to_year" in rows else _named(start, path)
        except CityebbError as error:
            fault(error)
        for name in ("from_code", "to_code"):
            for row in rows.index[rows[name].isna()]:
                fault(CityebbError("read.weights_no_code", path=path.name, row=int(row), column=name))
        for name in shares:
            _check_shares(rows, name, path, fault)
        pairs = pd.DataFrame({"start": start, "ends": ends, "one": rows["from_code"], "two": rows["to_code"]})
        pairs = pairs[rows["from_code"].notna() & rows["to_code"].notna()]
        again = pairs.duplicated()
        first = pairs.reset_index().groupby(list(pairs), sort=False)["index"].transform("first")
        for row, other in zip(pairs.index[again], first[again.to_numpy()], strict=True):
            told = {"link": f"{pairs.loc[row, 'one']} → {pairs.loc[row, 'two']}", "other": int(other)}
            fault(CityebbError("read.weights_twice", path=path.name, row=int(row), **told))
    return start, ends


def _check_shares(rows: pd.DataFrame, name: str, path: Path, fault: Callable[[CityebbError], None]) -> None:
    """Hand over shares that are no numbers, not between 0 and 1, or all in per cent."""
    import pandas as pd

    text = rows[name].astype(object).where(rows[name].notna(), "").astype(str).str.strip()
    share = pd.to_numeric(text.where(text != ""), errors="coerce")
    for row in rows.index[(text != "") & share.isna() & ~text.str.lower().isin(_GAPS)]:
        values = {"path": path.name, "row": int(row), "column": name, "found": text[row]}
        fault(CityebbError("read.ledger_number", **values))
    by = [rows["from_year"].astype(str), rows["from_code"].astype(str)]
    sums = share.groupby(by).sum(min_count=1)
    if len(sums) and (sums - _PER_CENT).abs().le(_PER_CENT * _ROUNDING).mean() > _HALF:
        fault(CityebbError("read.weights_per_cent", path=path.name, column=name))
        return
    for row in rows.index[(share < 0) | (share > 1 + _ROUNDING)]:
        values = {"path": path.name, "row": int(row), "column": name, "found": text[row]}
        fault(CityebbError("read.ledger_share", **values))


def _named(start: pd.Series, path: Path) -> pd.Series:
    """Return the years that a file's name tells the weights lead to."""
    named = re.search(r"_to_(\d{4}|next_year)", path.stem)
    if named is None:
        raise CityebbError("read.ledger_to_year", path=path.name)
    year = named.group(1)
    return start + 1 if year == "next_year" else start * 0 + int(year)
