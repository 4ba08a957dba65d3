"""The size and the cleanliness of what is kept here."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_LINES_A_FILE = 500
MOST_LINES_A_FUNCTION = 90
MEGABYTE = 1 << 20
MOST_NAMES = 8 * MEGABYTE
MOST_EMBEDDED = 6 * MEGABYTE
KEPT = ("src", "tests", "docs", "tools", "benchmarks", ".ci")
TEXT = {"", ".py", ".md", ".po", ".toml", ".cff", ".rst", ".html", ".jinja", ".j2", ".css", ".js", ".json"}
FORBIDDEN = {
    "a folder of some machine": re.compile(r"(?<![\w.~{}])/(?:root|work|home|Users)/\w"),
    "a registry's host": re.compile(
        r"\b(?:pypi|npmjs|pythonhosted|registry|deb\.debian)\.(?:org|com|io|net)"
    ),
    "a registry's option": re.compile(
        r"--(?:extra-)?index-(?:url)|--find-(?:links)|PIP_(?:INDEX|EXTRA|FIND)_"
    ),
    "an address in a lock": re.compile(r'"resolved"\s*:'),
}


def kept(root: Path) -> Iterator[Path]:
    """Yield every file that belongs to the repository."""
    yield from (path for path in root.iterdir() if path.is_file())
    for folder in KEPT:
        for path in (root / folder).rglob("*"):
            made = {"__pycache__", "_build", "results", ".hypothesis"} & set(path.parts)
            if path.is_file() and not made:
                yield path


def faults_in(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def test_nothing_tells_of_one_machine(root):
    found = [
        f"{path.relative_to(root)}: {fault}"
        for path in kept(root)
        if path.suffix in TEXT
        for fault in faults_in(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "parts",
    [
        ("see /ro", "ot/x"),
        ("https://py", "pi.org/simple"),
        ("pip install --index", "-url x"),
        ('"reso', 'lved": "x"'),
    ],
)
def test_what_tells_of_one_machine_would_be_seen(parts):
    assert faults_in("".join(parts))


def python(root: Path) -> Iterator[Path]:
    yield from (path for path in kept(root) if path.suffix == ".py")


def test_no_file_is_too_long(root):
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in python(root)}
    assert {str(path.relative_to(root)): n for path, n in lengths.items() if n > MOST_LINES_A_FILE} == {}


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines, its docstring left out: what is explained well shall not suffer for it."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.body[-1].end_lineno or 0) - first.lineno + 1


def test_no_function_is_too_long(root):
    long = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path in python(root)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > MOST_LINES_A_FUNCTION
    ]
    assert long == []


def carried(package: Path) -> dict[Path, int]:
    """Return the sizes of everything in the package that is neither code nor words."""
    return {
        path.relative_to(package): path.stat().st_size
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".pyi", ".po", ".mo", ".nbi", ".nbc"}
    }


def test_the_names_are_small_enough(package):
    assert sum(size for path, size in carried(package).items() if path.parts[0] == "delineate") <= MOST_NAMES


def test_the_embedded_data_are_small_enough(package):
    assert (
        sum(size for path, size in carried(package).items() if path.parts[0] != "delineate") <= MOST_EMBEDDED
    )


def test_no_raster_is_carried(root):
    assert [path for path in kept(root) if path.suffix in {".tif", ".tiff", ".nc", ".h5", ".hdf"}] == []
