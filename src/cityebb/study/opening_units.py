"""Open what a study names of administrative units: tables, ledgers and boundary layers, read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.study.series import choose_series, comparison_years
from cityebb.study.services import correct_services

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

    from cityebb.grids import Stack
    from cityebb.harmonise.coordinates import Datum
    from cityebb.model import Note
    from cityebb.read import (
        LedgerParameters,
        ReadLedger,
        ReadTable,
        ReadUnits,
        TableParameters,
        UnitsParameters,
    )
    from cityebb.study.schema import Study

    Fault = Callable[[CityebbError], None]


class _Door:
    """Opens files one by one and remembers which, and whether all went well."""

    def __init__(self, study: Study, fault: Fault) -> None:
        self.study, self.fault = study, fault
        self.files: list[Path] = []
        self.notes: list[Note] = []
        self.sound = True

    def each(self, named: Mapping[str, Any], read: Callable[[str, Any], Any]) -> dict[str, Any]:
        """Read every table of one kind; a fault is told and the next one read."""
        found = {}
        for name, parameters in named.items():
            try:
                found[name] = read(name, parameters)
            except CityebbError as error:
                self.refuse(error)
        return found

    def refuse(self, error: CityebbError) -> None:
        """Tell a fault."""
        self.sound = False
        self.fault(error)

    def table(self, name: str, told: TableParameters) -> ReadTable:
        """Read a table, of one file or of one a year."""
        from cityebb.read import join_tables, read_table

        if not told.files:
            raise CityebbError("read.doubt_table_empty", source=name)
        return join_tables(
            [
                read_table(self._find(name, told, file), told, source=name, year=year)
                for year, file in told.files.items()
            ]
        )

    def ledger(self, name: str, told: LedgerParameters) -> ReadLedger:
        """Read a ledger."""
        from cityebb.read import read_ledger

        return read_ledger(self._find(name, told, told.ledger), form=told.form)

    def outlines(self, name: str, told: UnitsParameters) -> ReadUnits:
        """Read a layer of boundaries."""
        from cityebb.read import read_units

        path = self._find(name, told, told.units)
        return read_units(path, unit_id=told.unit_id, name=told.name, vintage=told.vintage, crs=told.crs)

    def datums(self, outlines: Mapping[str, ReadUnits]) -> dict[str, Datum]:
        """Settle the datum of every layer of boundaries that was read."""
        from cityebb.harmonise.coordinates import settle_datums

        told = self.study.outlines
        named = [layer.reference for layer in told.values() if layer.reference is not None]
        if set(outlines) != set(told) or not set(named) <= set(told):
            return {}  # the fault is told already
        references = {}
        for name, layer in told.items():
            known = [other for other, one in told.items() if other != name and one.datum != "auto"]
            if layer.reference is not None or len(known) == 1:
                references[name] = layer.reference or known[0]
            if layer.reference is not None and layer.datum != "auto":
                self.refuse(CityebbError("study.reference_unused", layer=name, reference=layer.reference))
        try:
            settled = settle_datums(
                {name: read.units for name, read in outlines.items()},
                {name: layer.datum for name, layer in told.items()},
                references,
            )
        except CityebbError as error:
            self.refuse(error)
            return {}
        self.notes.extend(settled.notes)
        return settled.datums

    def _find(self, name: str, told: Any, text: str) -> Path:  # noqa: ANN401 - parameters of any kind
        from cityebb.read.files import find_file

        path = find_file(name, text, self.study.folder, outside=told.outside)
        self.files.append(path)
        return path


def open_units(study: Study, fault: Fault) -> dict[str, Any] | None:
    """Open every table, ledger and boundary layer; hand every fault to ``fault``.

    Returns
    -------
    dict or None
        ``tables``, ``ledgers``, ``outlines``, ``services`` and the ``datums`` of these (each by
        name), ``notes`` and ``files``; ``None`` if there was a fault.
    """
    door = _Door(study, fault)
    opened = {
        "tables": door.each(study.tables, door.table),
        "ledgers": door.each(study.ledgers, door.ledger),
        "outlines": door.each(study.outlines, door.outlines),
    }
    for name in opened["tables"]:
        try:
            opened["tables"][name] = _with_codes(study, opened, name)
        except CityebbError as error:
            door.refuse(error)
    opened["services"] = correct_services(study, opened["tables"], door.refuse)
    datums = door.datums(opened["outlines"])
    layers: dict[str, str] = {}
    try:
        layers = layers_by_vintage(study)
    except CityebbError as error:
        door.refuse(error)
    wanted = {vintage: opened["outlines"].get(layer) for vintage, layer in layers.items()}
    told_of: dict[str, tuple[str, str]] = {}
    for name, rule in study.of_units.items():
        if rule.source in opened["tables"]:
            try:
                counts, told = opened["tables"][rule.source].counts, study.tables[rule.source]
                series = choose_series(counts, rule, name, told.concept, drop=study.harmonise.drop_years)
                years = comparison_years(series, rule, name)
                _check_outlines(study, series, years, wanted)
                kind = series[["indicator", "concept"]].iloc[0]
                told_of[name] = ("–".join(map(str, years)), "/".join(kind))
            except CityebbError as error:
                door.refuse(error)
    _check_parts(study, told_of, door)
    if not door.sound:
        return None
    notes = [note for named in opened.values() for one in named.values() for note in one.notes]
    return {
        **opened,
        "datums": datums,
        "notes": (*notes, *door.notes),
        "files": tuple(dict.fromkeys(door.files)),
    }


def _check_parts(study: Study, told_of: Mapping[str, tuple[str, str]], door: _Door) -> None:
    """Refuse parts that are compared over other years than their cities, or count something else."""
    for name, rule in study.of_units.items():
        parts = str(rule.parts)
        if rule.parts is None or not {name, parts} <= set(told_of):
            continue
        pairs = zip(told_of[name], told_of[parts], ("years", "series"), strict=True)
        for own, other, what in pairs:
            if own != other:
                key = f"study.parts_other_{what}"
                told = {"section": f"identify.{name}", "parts": parts, "own": own, "other": other}
                door.refuse(CityebbError(key, **told))


def _check_outlines(
    study: Study, series: pd.DataFrame, years: tuple[int, int], layers: dict[str, ReadUnits | None]
) -> None:
    """Refuse a comparison for whose figures there are no outlines."""
    from cityebb.harmonise import Outlines
    from cityebb.harmonise.placing import check_outlines

    there = {vintage: layer.units for vintage, layer in layers.items() if layer is not None}
    if not layers or len(there) < len(layers):
        return  # none are wanted, or one has a fault of its own
    rows = series[series["year"].between(*years)]
    check_outlines(
        rows.assign(vintage=rows["vintage"].astype(str), unit_id=rows["unit_id"].astype(str)),
        Outlines(there, layers_by_vintage(study)),
        str(study.harmonise.vintage or years[1]),
        ends=() if study.harmonise.ledger is not None else years,
    )


def check_spread(study: Study, stacks: Mapping[str, Stack], fault: Fault) -> None:
    """Hand over a way to spread people by a source of which no year is left."""
    stack = stacks.get(study.harmonise.spread)
    if stack is not None and set(stack.years) <= set(study.harmonise.drop_years):
        told = ", ".join(map(str, stack.years))
        fault(CityebbError("study.spread_no_year", source=stack.name, years=told))


def layers_by_vintage(study: Study) -> dict[str, str]:
    """Return the layers between which people are spread, by the date of the figures that stand on them.

    Raises
    ------
    CityebbError
        If two layers are of one date.
    """
    told = study.harmonise.outlines
    if isinstance(told, dict):
        return {str(year): name for year, name in sorted(told.items())}
    found: dict[str, str] = {}
    for name in told:
        if name in study.outlines:
            vintage = study.outlines[name].vintage
            if vintage in found:
                raise CityebbError(
                    "study.outlines_of_one_date", vintage=vintage, one=found[vintage], other=name
                )
            found[vintage] = name
    return found


def _with_codes(study: Study, opened: dict[str, Any], name: str) -> ReadTable:
    """Return a table with the codes that a boundary layer or a ledger knows for its names."""
    table: ReadTable = opened["tables"][name]
    told = study.tables[name]
    listed = (
        None
        if told.codes is None
        else opened["outlines"].get(told.codes) or opened["ledgers"].get(told.codes)
    )
    if listed is None:
        return table
    from cityebb.read import put_codes

    return put_codes(table, listed.units.reset_index(), source=name, level=told.level)
