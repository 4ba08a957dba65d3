"""Small ledgers and figures."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.model import LEDGER


def make_ledger(*rows: tuple, **more: object) -> pd.DataFrame:
    """Rows of ``event_id, date, kind, from_unit, to_unit, share``."""
    frame = pd.DataFrame(rows, columns=["event_id", "date", "kind", "from_unit", "to_unit", "share"])
    frame = frame.assign(
        from_name=None,
        to_name=None,
        share_of="people",
        people=float("nan"),
        evidence=None,
        confidence="certain",
    ).assign(**more)
    frame["share"] = frame["share"].astype("float64")
    return frame[LEDGER.names]


def make_counts(values: dict[str, float], year: int, **more: object) -> pd.DataFrame:
    frame = pd.DataFrame({"unit_id": list(values), "value": list(values.values())})
    return frame.assign(
        name=[f"name {unit}" for unit in values],
        year=year,
        vintage=str(year),
        indicator="people",
        concept="resident",
        grade="census",
        source="book",
        unit="people",
        coverage=1.0,
    ).assign(**more)


@pytest.fixture(scope="session")
def ledger_of():
    return make_ledger


@pytest.fixture(scope="session")
def counts_of():
    return make_counts
