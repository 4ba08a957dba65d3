"""What every test may ask for: real data, a font, a browser, a language, freshly compiled words."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CITYEBB_TEST_DATA", ROOT.parent / "shared" / "data"))
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues, so that a sentence just written is a sentence that can be said."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    hook.compile_catalogues(ROOT)
    # A machine may be busy: no deadline. Where a change is judged, examples do not vary by chance.
    settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
    settings.load_profile("house")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say clearly what a test wants that is not here; where all must be there, fail instead."""
    for marker in item.iter_markers("data"):
        for folder in marker.args:
            if not (DATA / folder).is_dir():
                _lack(f"real data not here: {folder} (CITYEBB_TEST_DATA names the folder that holds it)")
    if item.get_closest_marker("fonts") and not _has_chinese_font():
        _lack("no Chinese font here (Debian: fonts-noto-cjk)")
    if item.get_closest_marker("browser") and not browser_path():
        _lack("no browser here (Debian: chromium)")


def browser_path() -> str | None:
    """Return where a browser is, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data; mark the test with ``@pytest.mark.data("folder")``."""
    return DATA


@pytest.fixture
def browser() -> str:
    """The path of a browser; mark the test with ``@pytest.mark.browser``."""
    path = browser_path()
    assert path is not None
    return path


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


def _lack(message: str) -> None:
    if os.environ.get("CITYEBB_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


def _has_chinese_font() -> bool:
    return any(next(folder.rglob("NotoSansCJK*"), None) for folder in FONT_FOLDERS if folder.is_dir())
