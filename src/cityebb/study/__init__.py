"""Study: one file tells the whole; the rooms run in their order and nothing is done twice."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cityebb.study.check import Plan, check_study
    from cityebb.study.new import NewStudy, write_new_study
    from cityebb.study.recipes import load_recipe, recipe_text
    from cityebb.study.run import Outcome, execute, run_study
    from cityebb.study.schema import PublishParameters, Study, json_schema, load_study
    from cityebb.study.simulated import WrittenCountry, write_country

_HOMES = {
    "NewStudy": "new",
    "Outcome": "run",
    "Plan": "check",
    "PublishParameters": "schema",
    "Study": "schema",
    "WrittenCountry": "simulated",
    "check_study": "check",
    "execute": "run",
    "json_schema": "schema",
    "load_recipe": "recipes",
    "load_study": "schema",
    "recipe_text": "recipes",
    "run_study": "run",
    "write_country": "simulated",
    "write_new_study": "new",
}

__all__ = [
    "NewStudy",
    "Outcome",
    "Plan",
    "PublishParameters",
    "Study",
    "WrittenCountry",
    "check_study",
    "execute",
    "json_schema",
    "load_recipe",
    "load_study",
    "recipe_text",
    "run_study",
    "write_country",
    "write_new_study",
]


def __getattr__(name: str) -> object:
    """Load what is asked for when it is first asked for (PEP 562)."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"cityebb.study.{_HOMES[name]}"), name)
    message = f"module 'cityebb.study' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """Name what can be had."""
    return list(__all__)
