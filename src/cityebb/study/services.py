"""Tables of map and phone services: their users made people before anything is compared."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from cityebb.harmonise.service import Corrected
    from cityebb.read import ReadTable
    from cityebb.study.schema import Study


def correct_services(
    study: Study, tables: dict[str, ReadTable], fault: Callable[[CityebbError], None]
) -> dict[str, Corrected]:
    """Correct every table with users of a service in place, and return how; hand every fault to ``fault``."""
    found: dict[str, Corrected] = {}
    named = study.harmonise.service_totals
    if named is not None and named not in tables:
        return found  # told by another fault
    totals = None if named is None else _totals(tables[named])
    for name, table in tables.items():
        if name == named or not (table.counts["grade"] == "phone").any():
            continue
        from cityebb.harmonise.service import correct_service

        try:
            done = correct_service(
                table.counts,
                totals,
                nation=study.harmonise.nation,
                source=name,
                named=named or "nation",
                drop=study.harmonise.drop_years,
            )
        except CityebbError as error:
            fault(error)
            continue
        found[name] = done
        tables[name] = replace(table, counts=done.counts)
    if named is not None and not found:
        fault(CityebbError("study.service_totals_unused", totals=named))
    return found


def with_sampling(counts: pd.DataFrame, service: Corrected | None) -> pd.DataFrame:
    """Return corrected figures with the error of sampling in ``sd``, beside what that holds already."""
    if service is None:
        return counts
    from cityebb.harmonise.service import sampling_error

    known = counts["sd"].fillna(0.0) if "sd" in counts else 0.0
    return counts.assign(sd=(known**2 + sampling_error(counts, service.factors) ** 2) ** 0.5)


def _totals(table: ReadTable) -> pd.DataFrame:
    """Return the figures of a table of totals; where it holds but one row a year, that is read as a sum."""
    return table.counts if len(table.counts) else table.totals
