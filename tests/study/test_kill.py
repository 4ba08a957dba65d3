"""A run killed at any moment goes on where it was, and ends as an undisturbed one does."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from cityebb.study import execute

from .test_run import tables

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such signal")


def test_killed_at_random_moments(study, tmp_path):
    undisturbed = tables(execute(study, out=tmp_path / "undisturbed").out)
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "cityebb", "run", str(study), "--out", str(out), "--quiet"]
    moments = random.Random(7)  # noqa: S311 - no secret
    kills = 0
    for attempt in range(8):
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Nothing is written before the libraries are loaded, so look at later moments only.
        try:
            process.wait(0.8 + 0.4 * attempt + moments.uniform(0, 0.3))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        for path in out.rglob("*.html"):
            assert path.read_text("utf-8").rstrip().endswith("</html>")
        if process.returncode == 0:
            break
        assert time.monotonic() - begun < 30
    assert kills >= 1
    finished = execute(study, out=out)
    assert tables(finished.out) == undisturbed
    assert not list(out.rglob("*.partial"))


def test_interrupted(study, tmp_path):
    out = tmp_path / "interrupted"
    command = [
        sys.executable,
        "-m",
        "cityebb",
        "--lang",
        "en",
        "run",
        str(study),
        "--out",
        str(out),
        "--quiet",
    ]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background have a shell that ignores the signal, and so would their children.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    )
    while not (out / ".stages").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    told, problem = process.communicate(timeout=60)
    assert process.returncode == 130, (told, problem)
    assert "the next run goes on from here" in problem
    assert "Traceback" not in problem
    assert not list(out.rglob("report*"))
    assert execute(study, out=out).log.ran
