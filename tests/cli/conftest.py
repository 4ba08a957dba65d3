"""The command line, called in this process; small studies to call it on."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cityebb.cli import run_command

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@dataclass(frozen=True)
class Told:
    """What a command left."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Call the command line."""

    def call(*arguments: object) -> Told:
        capsys.readouterr()
        code = run_command([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Told(code, told.out, told.err)

    return call


@pytest.fixture(scope="session")
def small() -> ModuleType:
    """The small studies of the tests of ``study``."""
    path = Path(__file__).parent.parent / "study" / "conftest.py"
    spec = importlib.util.spec_from_file_location("small_studies", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def study(small: Any, tmp_path: Path) -> Path:
    """A study that runs."""
    return small.write_study(tmp_path)


@pytest.fixture
def quick(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write reports of one line."""
    small.shorten(monkeypatch)
