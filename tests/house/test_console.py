"""A Windows console speaks GBK: what it cannot say must not stop the program."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def on_gbk(folder: Path, *arguments: str, language: str = "zh_CN.GBK") -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {
        "PYTHONIOENCODING": "gbk",
        "PYTHONUTF8": "0",
        "LC_ALL": language,
        "NO_COLOR": "1",
        "COLUMNS": "100",
    }
    return subprocess.run(
        [sys.executable, "-m", "cityebb", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )


def assert_whole(run: subprocess.CompletedProcess[bytes], code: int) -> str:
    told = (run.stdout + run.stderr).decode("gbk")
    assert "Traceback" not in told
    assert "UnicodeEncodeError" not in told
    assert run.returncode == code, told
    return told


@pytest.mark.parametrize("flag", ["zh", "en"])
def test_help(tmp_path, flag):
    told = assert_whole(on_gbk(tmp_path, "--lang", flag, "--help"), 0)
    assert "demo" in told


@pytest.mark.parametrize("flag", ["zh", "en"])
def test_a_fault_of_the_user(tmp_path, flag):
    told = assert_whole(on_gbk(tmp_path, "--lang", flag, "check", "no such 研究 文件 ÿ.toml"), 2)
    assert told.strip()


def test_the_demo(tmp_path):
    told = assert_whole(on_gbk(tmp_path, "demo", "--out", "out", "--study", "simulated"), 0)
    assert "收缩" in told
    assert list((tmp_path / "out").rglob("*.html"))
