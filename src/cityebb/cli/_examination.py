"""What ``doctor`` looks at: Python, packages, drivers, fonts, memory, cores, folders, languages."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from cityebb import __version__
from cityebb.cli._output import can_show_chinese
from cityebb.words import LANGUAGES, current_language, keys, say

OK, ADVICE, MISSING = 0, 1, 2

_PACKAGES = (
    "numpy", "pandas", "geopandas", "rasterio", "pyogrio", "pyproj", "shapely", "numba", "scipy", "xarray",
    "pyarrow", "pydantic", "matplotlib", "jinja2", "openpyxl", "cyclopts", "rich",
)  # fmt: skip
_DRIVERS = ("GTiff", "VRT", "netCDF", "HDF5")
_CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei",
    "SimHei", "SimSun",
    "PingFang SC", "Heiti SC", "Songti SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Serif CJK SC",
)  # fmt: skip
_OLDEST_PYTHON = (3, 11)
_MEMORY_GB = 4.0
"""Enough for a country of ten years; a pair of world grids stays below 1 GB."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    text: str
    level: int = OK
    advice: str = ""

    def record(self) -> dict[str, Any]:
        """Return it as plain values."""
        level = ("ok", "advice", "missing")[self.level]
        return {"subject": self.subject, "level": level, "text": self.text, "advice": self.advice}


def examine() -> list[Finding]:
    """Look at this computer.

    Returns
    -------
    list of Finding
        In the language in force.
    """
    return [
        _program(), _python(), _packages(), _drivers(), _names(), _font(), _memory(), _cores(), _dask(),
        _folder(),
        _console(), _languages(),
    ]  # fmt: skip


def _program() -> Finding:
    return Finding(say("cli.doctor.program"), f"cityebb {__version__}")


def _python() -> Finding:
    text = f"{platform.python_version()} ({sys.executable})"
    if sys.version_info < _OLDEST_PYTHON:
        return Finding("Python", text, MISSING, say("cli.doctor.python_old"))
    return Finding("Python", text)


def _packages() -> Finding:
    found, gone = [], []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            gone.append(name)
    if gone:
        advice = say("cli.doctor.packages_gone", names=" ".join(gone))
        return Finding(say("cli.doctor.packages"), ", ".join(found), MISSING, advice)
    return Finding(say("cli.doctor.packages"), ", ".join(found))


def _drivers() -> Finding:
    try:
        import rasterio
        from rasterio.drivers import raster_driver_extensions
        from rasterio.env import Env

        raster_driver_extensions()
        with Env() as env:
            known = env.drivers()
    except ImportError as error:
        return Finding("GDAL", str(error), MISSING, say("cli.doctor.gdal_gone"))
    text = f"{rasterio.__gdal_version__} ({', '.join(name for name in _DRIVERS if name in known)})"
    lacking = [name for name in _DRIVERS if name not in known]
    if lacking:
        return Finding("GDAL", text, ADVICE, say("cli.doctor.drivers_lacking", names=", ".join(lacking)))
    return Finding("GDAL", text)


def _names() -> Finding:
    from pathlib import Path

    import cityebb

    folder = Path(cityebb.__file__).parent / "delineate" / "data"
    size = sum(path.stat().st_size for path in folder.glob("*")) if folder.is_dir() else 0
    if not size:
        return Finding(say("cli.doctor.names"), say("cli.doctor.none"), ADVICE, say("cli.doctor.names_gone"))
    return Finding(say("cli.doctor.names"), f"{size / 1e6:.1f} MB")


def _font() -> Finding:
    try:
        from matplotlib import font_manager

        installed = {font.name for font in font_manager.fontManager.ttflist}
    except ImportError:
        installed = set()
    for name in _CHINESE_FONTS:
        if name in installed:
            return Finding(say("cli.doctor.font"), name)
    return Finding(say("cli.doctor.font"), say("cli.doctor.none"), ADVICE, say("cli.doctor.font_advice"))


def _memory() -> Finding:
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        whole, free = os.sysconf("SC_PHYS_PAGES") * page / 1e9, os.sysconf("SC_AVPHYS_PAGES") * page / 1e9
    except (AttributeError, ValueError, OSError):
        return Finding(say("cli.doctor.memory"), say("cli.doctor.unknown"))
    text = say("cli.doctor.memory_text", whole=whole, free=free)
    if whole < _MEMORY_GB:
        return Finding(say("cli.doctor.memory"), text, ADVICE, say("cli.doctor.memory_advice"))
    return Finding(say("cli.doctor.memory"), text)


def _cores() -> Finding:
    return Finding(say("cli.doctor.cores"), str(os.cpu_count() or 1))


def _dask() -> Finding:
    subject = say("cli.doctor.dask")
    try:
        return Finding(subject, f"distributed {metadata.version('distributed')}")
    except metadata.PackageNotFoundError:
        return Finding(subject, say("cli.doctor.none"), OK, say("cli.doctor.dask_advice"))


def _folder() -> Finding:
    subject = say("cli.doctor.folder")
    try:
        with tempfile.TemporaryFile(dir="."):
            pass
    except OSError as error:
        advice = say("cli.doctor.folder_advice")
        return Finding(subject, f"{os.getcwd()} ({error.strerror})", ADVICE, advice)  # noqa: PTH109 - shown as it is
    return Finding(subject, os.getcwd())  # noqa: PTH109 - shown as it is


def _console() -> Finding:
    encoding = getattr(sys.stdout, "encoding", None) or "?"
    if can_show_chinese(sys.stdout):
        return Finding(say("cli.doctor.console"), encoding)
    return Finding(say("cli.doctor.console"), encoding, ADVICE, say("cli.doctor.console_advice"))


def _languages() -> Finding:
    counts = {language: len(keys(language)) for language in LANGUAGES}
    text = say(
        "cli.doctor.languages_text",
        counts=", ".join(f"{k} {n}" for k, n in counts.items()),
        now=current_language(),
    )
    if len(set(counts.values())) > 1 or not all(counts.values()):
        return Finding(say("cli.doctor.languages"), text, ADVICE, say("cli.doctor.languages_advice"))
    return Finding(say("cli.doctor.languages"), text)
