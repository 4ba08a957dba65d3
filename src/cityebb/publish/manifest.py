"""Write the record of a run: inputs, parameters, versions, times, and every note."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cityebb.publish._files import whole

if TYPE_CHECKING:
    from cityebb.model import Results


def write_manifest(results: Results, folder: Path) -> Path:
    """Write ``manifest.json``: sorted keys, UTF-8, plain JSON values (missing is ``null``).

    Parameters
    ----------
    results
        What the study found: its manifest, definition, comparison, sources and notes are told.
    folder
        Where to; it is made if it is not there.

    Returns
    -------
    pathlib.Path
        ``folder/manifest.json``.

    Raises
    ------
    CityebbError
        If the file cannot be written.
    """
    record = {
        **results.manifest,
        "title": results.title,
        "definition": results.definition,
        "comparison": results.comparison,
        "sources": results.sources,
        "notes": [note.to_json() for note in results.notes],
        "rows": {
            name: len(getattr(results, name))
            for name in ("cities", "panel", "verdicts", "summary", "sensitivity", "breaks")
        },
    }
    text = json.dumps(_plain(record), ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    path = folder / "manifest.json"
    with whole(path) as stream:
        stream.write(text.encode() + b"\n")
    return path


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(item) for item in value), key=str)
    return _scalar(value.item() if hasattr(value, "item") else value)  # NumPy's scalars have an item


def _scalar(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.as_posix() if isinstance(value, Path) else str(value)
