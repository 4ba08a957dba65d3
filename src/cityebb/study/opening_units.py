"""Open what a study names of administrative units: tables, ledgers and boundary layers, read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.study.series import choose_series, comparison_years

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from cityebb.model import Note
    from cityebb.study.schema import Study


def open_units(study: Study, fault: Callable[[CityebbError], None]) -> dict[str, Any] | None:
    """Open every table, ledger and boundary layer; hand every fault to ``fault``.

    Returns
    -------
    dict or None
        ``tables``, ``ledgers``, ``outlines`` (each by name), ``notes`` and ``files``; ``None`` if there was a
        fault.
    """
    from cityebb.read import read_ledger, read_table, read_units
    from cityebb.read.files import find_file

    files: list[Path] = []
    notes: list[Note] = []
    sound = True

    def each(named: Mapping[str, Any], key: str, read: Callable[[str, Any, Path], Any]) -> dict[str, Any]:
        nonlocal sound
        found = {}
        for name, parameters in named.items():
            try:
                path = find_file(name, getattr(parameters, key), study.folder, outside=parameters.outside)
                files.append(path)
                found[name] = read(name, parameters, path)
                notes.extend(found[name].notes)
            except CityebbError as error:
                sound = False
                fault(error)
        return found

    opened = {
        "tables": each(study.tables, "table", lambda name, told, path: read_table(path, told, source=name)),
        "ledgers": each(study.ledgers, "ledger", lambda _, told, path: read_ledger(path, form=told.form)),
        "outlines": each(
            study.outlines,
            "units",
            lambda _, told, path: read_units(
                path, unit_id=told.unit_id, name=told.name, vintage=told.vintage, crs=told.crs
            ),
        ),
    }
    if not sound:
        return None
    for name, rule in study.of_units.items():
        if rule.source in opened["tables"]:
            try:
                series = choose_series(opened["tables"][rule.source].counts, rule, name)
                comparison_years(series, rule, name)
            except CityebbError as error:
                sound = False
                fault(error)
    return {**opened, "notes": tuple(notes), "files": tuple(files)} if sound else None
