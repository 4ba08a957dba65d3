"""One JSON line a figure, so that runs on different days and machines can be laid side by side."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@cache
def commit() -> str:
    """Return the commit of the sources, with ``+`` behind where they were changed since."""
    told = ["git", "-C", str(ROOT)]
    head = subprocess.run(
        [*told, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    changed = subprocess.run(
        [*told, "status", "--porcelain", "--", "src"], capture_output=True, text=True, check=False
    )
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "") if not head.returncode else "unknown"


@cache
def machine() -> str:
    """Return processor, cores, memory and Python, without the machine's name."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = [line.partition(":") for line in information.read_text().splitlines()]
        named = [value.strip() for name, _, value in lines if name.strip() == "model name"]
        processor = named[0] if named else processor
    memory = ""
    if hasattr(os, "sysconf"):
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    return f"{processor}, {os.cpu_count()} cores{memory}, Python {platform.python_version()}"


def record(
    figure: str,
    value: float,
    *,
    unit: str,
    target: float | None = None,
    at_least: bool = False,
    out: Path | None = None,
    **more: Any,
) -> bool:
    """Print one line, append it to ``out`` if given, and say whether ``value`` meets ``target``."""
    met = None if target is None else bool(value >= target if at_least else value <= target)
    line = json.dumps(
        {
            "figure": figure,
            "value": round(value, 4),
            "unit": unit,
            "target": target,
            "met": met,
            "machine": machine(),
            "commit": commit(),
            "date": datetime.now(UTC).date().isoformat(),
            **more,
        },
        ensure_ascii=False,
    )
    print(line, flush=True)
    if out:
        with out.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
    return met is not False


def run_child(script: Path, *arguments: str) -> dict[str, Any]:
    """Run a script in a process of its own; it prints one JSON object, which is returned.

    The caller must import nothing heavy: on Linux a child's peak memory counts what its parent held.
    """
    done = subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(done.returncode)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
