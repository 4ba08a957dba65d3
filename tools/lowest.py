"""Print the lowest version of every direct dependency that ``pyproject.toml`` allows, as pip constraints."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

_FLOOR = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,]+\])?\s*>=\s*(?P<floor>[\w.]+)")


def lowest(project: dict[str, Any]) -> list[str]:
    """Return ``name==floor`` for every dependency and every extra of a ``[project]`` table.

    Raises
    ------
    ValueError
        If a dependency names no floor: what has no floor cannot be proven to work.

    Examples
    --------
    >>> lowest({"dependencies": ["numpy>=2.1", "pandas[excel]>=2.2.3,<4"]})
    ['numpy==2.1', 'pandas==2.2.3']
    """
    wanted = [*project["dependencies"]]
    for extra in project.get("optional-dependencies", {}).values():
        wanted += extra
    constraints = set()
    for requirement in wanted:
        found = _FLOOR.match(requirement)
        if found is None:
            message = f"{requirement!r} names no lowest version; write it as 'name>=version'"
            raise ValueError(message)
        constraints.add(f"{found['name']}=={found['floor']}")
    return sorted(constraints)


if __name__ == "__main__":
    pyproject = Path(__file__).parent.parent / "pyproject.toml"
    sys.stdout.write("\n".join(lowest(tomllib.loads(pyproject.read_text("utf-8"))["project"])) + "\n")
