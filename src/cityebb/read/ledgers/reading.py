"""Read a ledger, whatever its form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from cityebb.model import CROSSWALK, LEDGER, UNUSED, CityebbError, Note
from cityebb.read.ledgers import china, japan, official, own, spain
from cityebb.read.ledgers._frames import headings_of, no_units, read_rows
from cityebb.read.unit_parameters import LedgerForm

if TYPE_CHECKING:
    import pandas as pd

# A heading that only this form has.
_TELLING: dict[LedgerForm, str] = {
    "china_codes": "新代码",
    "japan_converter": "merge_id_muni",
    "spain_events": "codine",
    "crosswalk": "from_code",
}


@dataclass(frozen=True)
class ReadLedger:
    """A ledger as read.

    Parameters
    ----------
    form
        The form it was found to have.
    ledger
        ``model.LEDGER``; empty for official weights.
    crosswalk
        ``model.CROSSWALK``; empty for ledgers of events.
    units
        ``unit_id``, ``name``, ``first``, ``last``: which units there were from the year ``first`` on and
        before ``last``, where the file lists them; else empty, and every unit of a table counts.
    unused
        ``model.UNUSED``: rows that were not used, each with its reason.
    notes
        What was understood.
    """

    form: str
    ledger: pd.DataFrame
    crosswalk: pd.DataFrame
    units: pd.DataFrame
    unused: pd.DataFrame
    notes: tuple[Note, ...]


def form_of(path: Path) -> LedgerForm | None:
    r"""Return the form of a ledger that a file's headings tell; ``None`` where it is no ledger.

    Parameters
    ----------
    path
        Any file; those that cannot be read are no ledgers.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "changes.csv"
    >>> _ = path.write_text("事件编号,生效日期,类型,原代码,现代码\n", "utf-8")
    >>> form_of(path)
    'cityebb'
    """
    try:
        headings = headings_of(path)
    except CityebbError:
        return None
    telling = next((name for name, heading in _TELLING.items() if heading in headings), None)
    return telling or ("cityebb" if own.is_own(headings) else None)


def read_ledger(path: Path | str, *, form: LedgerForm = "auto") -> ReadLedger:
    """Return the ledger that a file holds.

    Parameters
    ----------
    path
        A CSV, Parquet or Excel file (its first sheet); a CSV file saved in a Chinese system is understood.
    form
        See :class:`~cityebb.read.LedgerParameters`.

    Raises
    ------
    CityebbError, Faults
        If the file cannot be read or lacks a column of its form; for the own form, also for cells that are no
        date, kind or number, all at once. What an event means for others is checked by
        :func:`cityebb.harmonise.ledger.check_ledger`.
    """
    path = Path(path)
    if form not in get_args(LedgerForm):
        raise CityebbError("read.ledger_form", form=str(form), known=", ".join(get_args(LedgerForm)))
    rows = read_rows(path)
    if form == "auto":
        form = next((name for name, heading in _TELLING.items() if heading in rows), "cityebb")
    ledger, weights, unused = LEDGER.empty(), CROSSWALK.empty(), UNUSED.empty()
    if form == "crosswalk":
        weights, unused, notes = official.read(rows, path)
    else:
        reader = {
            "cityebb": own.read,
            "china_codes": china.read,
            "japan_converter": japan.read,
            "spain_events": spain.read,
        }[form]
        ledger, unused, notes = reader(rows, path)
    told = Note(
        "read.ledger_read",
        {
            "path": path.name,
            "form": form,
            "events": int(ledger["event_id"].nunique()),
            "weights": len(weights),
            "unused": len(unused),
        },
    )
    lists = {"china_codes": china.units_of, "japan_converter": japan.units_of}
    units = lists[form](rows) if form in lists else no_units()
    return ReadLedger(form, ledger, weights, units, unused, (told, *notes))
