"""What every test may ask for: real data, a language, freshly compiled words."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CITYEBB_TEST_DATA", ROOT.parent / "shared" / "data"))


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues, so that a sentence just written is a sentence that can be said."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    hook.compile_catalogues(ROOT)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say clearly which tests want real data that are not here; where all must be there, fail instead."""
    for marker in item.iter_markers("data"):
        for folder in marker.args:
            if not (DATA / folder).is_dir():
                message = f"real data not here: {folder}"
                if os.environ.get("CITYEBB_REQUIRE_ALL") == "1":
                    pytest.fail(message)
                pytest.skip(message)


@pytest.fixture
def data() -> Path:
    """The folder of real data; mark the test with ``@pytest.mark.data("folder")``."""
    return DATA


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
