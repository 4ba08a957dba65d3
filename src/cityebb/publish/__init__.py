"""Publish: tables, a report that can be printed, and the record of how they were made.

This room knows tables (:class:`cityebb.model.Results`) and never a method: it shows what the rooms before it
found, beside what it depends on.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cityebb.publish.manifest import write_manifest
    from cityebb.publish.pictures import write_pictures
    from cityebb.publish.report import write_report
    from cityebb.publish.tables import FORMATS, write_tables

_HOMES = {
    "FORMATS": "tables",
    "write_manifest": "manifest",
    "write_pictures": "pictures",
    "write_report": "report",
    "write_tables": "tables",
}

__all__ = ["FORMATS", "write_manifest", "write_pictures", "write_report", "write_tables"]


def __getattr__(name: str) -> object:
    """Load a writer, and the libraries it needs, when it is first asked for (PEP 562)."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"cityebb.publish.{_HOMES[name]}"), name)
    message = f"module 'cityebb.publish' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """Name what can be had."""
    return list(__all__)
