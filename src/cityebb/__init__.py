"""cityebb · 城汐: finds the cities that are shrinking and says how sure it is.

The rooms, in the order in which data pass through them: ``read``, ``harmonise``, ``delineate``,
``measure``, ``identify``, ``publish``. ``study`` runs them in order from one file.
Importing the package loads none of them: each is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__version__ = "0.1.0"

_ROOMS = (
    "words",
    "model",
    "grids",
    "simulate",
    "read",
    "harmonise",
    "delineate",
    "measure",
    "identify",
    "publish",
    "study",
)

__all__ = ["__version__", *_ROOMS]  # noqa: PLE0604 - the rooms are named once, above


def __getattr__(name: str) -> ModuleType:
    """Load a room when it is first asked for (PEP 562)."""
    if name in _ROOMS:
        return importlib.import_module(f"cityebb.{name}")
    message = f"module 'cityebb' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """Name what can be had."""
    return sorted(__all__)
