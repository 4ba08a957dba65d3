"""The record: plain JSON, sorted, everything that was noted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cityebb.model import Note
from cityebb.publish import write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from cityebb.model import Results


def test_what_was_noted_can_be_read_again(make_results: Callable[..., Results], tmp_path: Path) -> None:
    results = make_results(4)
    path = write_manifest(results, tmp_path)
    text = path.read_text(encoding="utf-8")
    record = json.loads(text)
    assert path.name == "manifest.json"
    assert "示例国" in text
    assert tuple(Note.from_json(note) for note in record["notes"]) == results.notes
    assert record["definition"] == results.definition
    assert record["rows"]["cities"] == 4
    assert record["inputs"][0]["sha256"] == f"{2012:064x}"
    assert list(record) == sorted(record)
    assert write_manifest(results, tmp_path).read_text(encoding="utf-8") == text


def test_values_of_every_kind_become_plain_json(make_results: Callable[..., Results], tmp_path: Path) -> None:
    odd = {
        "count": np.int64(3),
        "share": np.float64("nan"),
        "endless": float("inf"),
        "when": datetime(2026, 11, 24, tzinfo=UTC),
        "where": Path("a") / "b",
        "set": {"b", "a"},
        2013: (1, None, True),
    }
    record = json.loads(
        write_manifest(replace(make_results(2), manifest=odd), tmp_path).read_text(encoding="utf-8")
    )
    assert record["count"] == 3
    assert record["share"] is None
    assert record["endless"] is None
    assert record["when"] == "2026-11-24T00:00:00+00:00"
    assert record["where"] == "a/b"
    assert record["set"] == ["a", "b"]
    assert record["2013"] == [1, None, True]
