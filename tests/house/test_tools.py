"""The small programs that build and check the repository."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lowest(root):
    """What finds the lowest versions."""
    return load(root / "tools/lowest.py").lowest


def test_every_dependency_has_a_floor(root, lowest):
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = len(project["dependencies"]) + sum(map(len, project["optional-dependencies"].values()))
    assert len(lowest(project)) == wanted


def test_an_extra_and_a_ceiling_do_not_confuse_it(lowest):
    project = {"dependencies": ["a[x]>=1.2,<2"], "optional-dependencies": {"y": ["b_c >= 3"]}}
    assert lowest(project) == ["a==1.2", "b_c==3"]


def test_a_dependency_without_a_floor_is_refused(lowest):
    with pytest.raises(ValueError, match="names no lowest version"):
        lowest({"dependencies": ["numpy"]})


def step(root: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(root / "tools/step"), "做 · do", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_step_is_one_line_where_all_is_well(root, tmp_path):
    run = step(root, tmp_path, "bash", "-c", "echo much; echo more")
    assert (run.returncode, run.stdout) == (0, "▸ 做 · do\n")
    assert (tmp_path / "build/log/do.txt").read_text() == "much\nmore\n"


def test_a_step_that_fails_shows_why_and_fails(root, tmp_path):
    run = step(root, tmp_path, "bash", "-c", "echo the reason; exit 3")
    assert run.returncode == 3
    assert "the reason" in run.stdout


def test_a_step_tells_how_much_was_tested(root, tmp_path):
    run = step(root, tmp_path, "echo", "12 passed, 1 skipped in 0.50s")
    assert run.stdout.splitlines()[-1].strip() == "12 passed, 1 skipped in 0.50s"


@pytest.mark.parametrize(
    ("cores", "told"), [(1, ""), (2, "--numprocesses=2 --dist=loadfile"), (10_000, "--dist=loadfile")]
)
def test_a_process_for_each_core_and_none_beyond_memory(root, tmp_path, cores, told):
    (tmp_path / "nproc").write_text(f"#!/bin/sh\necho {cores}\n", "utf-8")
    (tmp_path / "nproc").chmod(0o755)
    (tmp_path / "free").write_text("MemAvailable:   64000000 kB\n", "utf-8")
    run = subprocess.run(
        [str(root / "tools/workers"), str(tmp_path / "free")],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip().endswith(told)
    assert cores < 3 or "--numprocesses=30 " in run.stdout
    assert cores > 1 or run.stdout == ""
