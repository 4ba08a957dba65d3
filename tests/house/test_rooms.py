"""Data flow one way: a room imports only from those before it, and importing costs little."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ORDER = (
    "words",
    "model",
    "grids",
    "simulate",
    "read",
    "harmonise",
    "delineate",
    "measure",
    "identify",
    "diagnose",
    "plan",
    "publish",
    "study",
    "cli",
)
HEAVY = ("numpy", "pandas", "numba", "rasterio", "matplotlib", "scipy", "geopandas", "xarray", "pyarrow")


def room_of(path: str) -> str:
    return Path(path).parts[0].removesuffix(".py")


def rooms_imported(tree: ast.Module) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "cityebb." * bool(node.level) + (node.module or "")
            names = (
                [f"cityebb.{alias.name}" for alias in node.names] if base.strip(".") == "cityebb" else [base]
            )
        found += [(name.split(".")[1], node.lineno) for name in names if name.startswith("cityebb.")]
    return found


def upward(path: str, tree: ast.Module) -> list[str]:
    here = ORDER.index(room_of(path))
    return [
        f"{path}:{line} imports {room}"
        for room, line in rooms_imported(tree)
        if room in ORDER and ORDER.index(room) > here
    ]


def test_every_folder_is_a_known_room(package, sources):
    found = {room_of(path) for path in sources} - {"__init__", "__main__"}
    assert found <= set(ORDER), "a room needs its place in the order of rooms"


def test_the_package_names_its_rooms_in_that_order(sources):
    named = next(
        ast.literal_eval(node.value)
        for node in sources["__init__.py"].body
        if isinstance(node, ast.Assign) and node.targets[0].id == "_ROOMS"
    )
    assert list(named) == [room for room in ORDER if room in named]


def test_no_room_imports_from_a_later_one(sources):
    rooms = {path: tree for path, tree in sources.items() if room_of(path) in ORDER}
    assert [fault for path, tree in rooms.items() for fault in upward(path, tree)] == []


@pytest.mark.parametrize(
    "text",
    [
        "from cityebb.publish import write_tables",
        "import cityebb.publish",
        "from cityebb import publish",
        "def f():\n    from cityebb.publish.tables import x",
    ],
)
def test_an_upward_import_would_be_seen(text):
    assert upward("measure/panel.py", ast.parse(text))
    assert not upward("study.py", ast.parse(text))


def loaded_by(*arguments: str) -> set[str]:
    """Return which heavy libraries a fresh Python has loaded at its end."""
    report = (
        "import atexit, json, sys\n"
        f"loaded = lambda: [name for name in {HEAVY!r} if name in sys.modules]\n"
        "atexit.register(lambda: sys.stderr.write('\\n' + json.dumps(loaded())))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", report + "\n".join(arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stderr.splitlines()[-1]))


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import cityebb", "cityebb.__version__") == set()


def test_help_loads_nothing_heavy():
    loaded = loaded_by("sys.argv = ['cityebb', '--help']", "from cityebb.cli import main", "main()")
    assert loaded & {"numba", "pandas", "rasterio", "matplotlib", "scipy", "geopandas", "xarray"} == set()


def test_a_heavy_import_would_be_seen():
    assert "numpy" in loaded_by("import numpy")
