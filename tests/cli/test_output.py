"""Consoles that cannot show everything, and progress where nobody looks."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from cityebb.cli._help import width, wrap
from cityebb.cli._output import can_show_chinese, make_safe
from cityebb.cli._progress import showing_progress, stage_word
from cityebb.words import using


def on(encoding: str, *arguments: str) -> tuple[int, bytes, bytes]:
    environment = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-m", "cityebb", *arguments], env=environment, capture_output=True, check=False
    )
    return run.returncode, run.stdout, run.stderr


def test_gbk():
    code, out, err = on("gbk", "--help")
    assert code == 0, err
    assert "用法" in out.decode("gbk")


def test_ascii_speaks_english_unless_told_otherwise():
    code, out, err = on("ascii", "--help")
    assert code == 0, err
    assert out.startswith(b"Usage")
    code, out, err = on("ascii", "--lang", "zh", "--help")
    assert code == 0, err


def test_ascii_json():
    code, out, _ = on("ascii", "--lang", "zh", "check", "no such.toml", "--json")
    assert code == 2
    assert b"\\u" in out


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("gbk", "10 km2, -3 % 城 ?"), ("ascii", "10 km2, -3 % ? ?"), ("utf-8", "10 km², −3 % 城 ÿ")],
)
def test_stand_ins(monkeypatch, encoding, expected):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    with make_safe():
        sys.stdout.write("10 km², −3 % 城 ÿ")
        sys.stdout.flush()
    assert stream.buffer.getvalue().decode(encoding) == expected
    assert stream.errors == "strict"


def test_can_show_chinese():
    assert can_show_chinese(io.TextIOWrapper(io.BytesIO(), encoding="gbk"))
    assert not can_show_chinese(io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))


def test_wrap_keeps_the_width_and_the_text():
    text = "每个命令都可加：--lang zh|en（语言）、--json（机器可读），以及 --quiet（少说）。"
    lines = wrap(text, 24)
    assert all(width(line) <= 26 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith(("，", "。", "）")) for line in lines)


def test_progress_is_a_line_a_stage(capsys):
    with using("en"), showing_progress() as progress:
        assert progress is not None
        for step in range(5):
            progress("scan", step, 4)
        progress("mystery", 0, 0)
    assert capsys.readouterr().err.splitlines() == ["Reading the grids …", "mystery …"]


def test_progress_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with using("en"), showing_progress() as progress:
        assert progress is not None
        progress("scan", 1, 4)
        progress("publish", 0, 0)
    assert "Reading the grids" in capsys.readouterr().err


def test_stage_word():
    with using("en"):
        assert stage_word("scan") == "Reading the grids"
        assert stage_word("unheard of") == "unheard of"
