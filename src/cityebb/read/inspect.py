"""Look at a folder: which files look like a yearly series, and of what; which are tables of units."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cityebb.grids.align import same_array
from cityebb.model import CityebbError
from cityebb.read.bands import told_years
from cityebb.read.files import has_wildcards, years_in
from cityebb.read.guess import Guess, guess
from cityebb.read.inspect_units import SUFFIXES as OF_UNITS
from cityebb.read.inspect_units import FoundUnits, inspect_units
from cityebb.read.places import shown, why_not_file, why_not_folder
from cityebb.read.rasters import Facts, as_stored, opened, read_facts
from cityebb.read.stack import grid_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cityebb.grids import Grid

SUFFIXES = (".tif", ".tiff", ".vrt", ".nc")
DEPTH = 2
# Hidden files, and those that a spreadsheet program keeps beside an open one.
_PASSED_OVER = (".", "~$")
_LONGEST = 56  # a study takes names up to 64 characters; a number may follow
_SAMPLED_BLOCKS = 48
_SAMPLED_CELLS = 1 << 20


@dataclass(frozen=True)
class Series:
    """Files that look like one source of yearly grids.

    Parameters
    ----------
    name
        A name for it in a study.
    files
        As a study writes them: a pattern, one file, or a table of years.
    years
        In order; empty where a file with many bands does not tell them.
    bands
        Bands of one file; 1 for a file a year.
    guess
        What it seems to tell, and from what that was guessed.
    grid, mixed
        Of its first year; whether the other years lie on other grids.
    dtype, nodata
        As stored.
    low, high
        Smallest and largest valid value in a sample of the last year.
    """

    name: str
    files: str | dict[int, str]
    years: tuple[int, ...]
    bands: int
    guess: Guess
    grid: Grid
    mixed: bool
    dtype: str
    nodata: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Unread:
    """A file that was not understood, and why."""

    path: str
    reason: CityebbError


@dataclass(frozen=True)
class Findings:
    """What lies in a folder: yearly grids, files that were not understood, and figures of units."""

    folder: Path
    series: tuple[Series, ...] = ()
    unread: tuple[Unread, ...] = ()
    units: FoundUnits = field(default_factory=FoundUnits)


@dataclass
class _Heap:
    """Files that share a pattern."""

    pattern: str
    members: list[tuple[int | None, Facts, Grid]] = field(default_factory=list)


def inspect(folder: Path) -> Findings:
    """Find yearly series of rasters, and tables of units, in a folder and the two levels below it.

    Reads every header and a few blocks of one year of each series of grids, and tables, ledgers and boundary
    layers whole.

    Parameters
    ----------
    folder
        Where to look. Hidden folders and results of earlier runs are passed over.

    Returns
    -------
    Findings
        Series, those with the most years first, what of units was found, and the files that were not
        understood.

    Raises
    ------
    CityebbError
        If there is no such folder.
    """
    wrong = why_not_folder(folder)
    if wrong is not None:
        raise wrong
    unread: list[Unread] = []
    understood: dict[str, tuple[Facts, Grid]] = {}
    found = list(_files(folder, (*SUFFIXES, *OF_UNITS), unread))
    for path in _ending(found, SUFFIXES):
        label = path.relative_to(folder).as_posix()
        try:
            facts = read_facts(path, label)
            understood[label] = facts, grid_of(facts)[0]
        except CityebbError as error:
            unread.append(Unread(label, error))
    series: list[Series] = []
    heaps = _heaps(understood)
    patterns = [heap.pattern for heap in heaps]
    for heap in heaps:
        try:
            series.append(_series(folder, heap, shared=patterns.count(heap.pattern) > 1))
        except CityebbError as error:
            unread.append(Unread(heap.pattern, error))
    series.sort(key=lambda one: (-len(one.years), str(one.files)))
    units, more = inspect_units(
        [(path.relative_to(folder).as_posix(), path) for path in _ending(found, OF_UNITS)]
    )
    unread += [Unread(label, error) for label, error in more]
    return Findings(folder, tuple(_named(series)), tuple(unread), units)


def _files(folder: Path, suffixes: tuple[str, ...], unread: list[Unread]) -> Iterator[Path]:
    """Yield files of fitting names that can be read; put the others and closed folders to ``unread``."""

    def closed(error: OSError) -> None:
        path = Path(str(error.filename))
        label = _label(path, folder)
        unread.append(Unread(label, why_not_folder(path, label) or _forbidden(label)))

    seen = {os.path.realpath(folder)}
    for root, folders, names in os.walk(folder, followlinks=True, onerror=closed):
        depth = len(Path(root).relative_to(folder).parts)
        folders[:] = [
            name
            for name in sorted(folders, key=lambda name: (os.path.islink(Path(root, name)), name))  # noqa: PTH114 - as below
            if depth < DEPTH
            and not name.startswith(".")
            and not os.path.exists(Path(root, name, "manifest.json"))  # noqa: PTH110 - Path.exists may raise
            and _is_new(Path(root, name), seen)
        ]
        for name in sorted(names):
            if not name.lower().endswith(suffixes) or name.startswith(_PASSED_OVER):
                continue
            path = Path(root) / name
            label = _label(path, folder)
            wrong = why_not_file(path, label)
            if wrong is None and os.sep == "/" and "\\" in label:
                wrong = CityebbError("read.name_backslash", path=label)
            if wrong is None:
                yield path
            else:
                unread.append(Unread(shown(label), wrong))


def _is_new(folder: Path, seen: set[str]) -> bool:
    """Whether a folder was not walked yet under another name, as where links lead in a circle."""
    real = os.path.realpath(folder)
    fresh = real not in seen
    seen.add(real)
    return fresh


def _label(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _forbidden(label: str) -> CityebbError:
    return CityebbError("read.forbidden", path=shown(label))


def _ending(paths: list[Path], suffixes: tuple[str, ...]) -> list[Path]:
    return [path for path in paths if path.name.lower().endswith(suffixes)]


def _heaps(understood: dict[str, tuple[Facts, Grid]]) -> list[_Heap]:
    """Group files by the pattern that most of their fellows share."""
    readings: dict[str, list[tuple[str, int]]] = {}
    crowd: dict[tuple[str, int, str], int] = {}
    for label, (facts, _) in understood.items():
        readings[label] = [] if facts.bands > 1 else _readings(label)
        for pattern, _year in readings[label]:
            kind = (pattern, facts.bands, facts.dtypes[0])
            crowd[kind] = crowd.get(kind, 0) + 1
    heaps: dict[tuple[str, int, str], _Heap] = {}
    for label, (facts, grid) in understood.items():
        year: int | None = None
        pattern = label
        if readings[label]:
            pattern, year = max(
                readings[label], key=lambda reading: crowd[reading[0], facts.bands, facts.dtypes[0]]
            )
        key = (pattern, facts.bands, facts.dtypes[0])
        heaps.setdefault(key, _Heap(pattern)).members.append((year, facts, grid))
    return list(heaps.values())


def _readings(label: str) -> list[tuple[str, int]]:
    """Every way to read a year out of a path: the pattern that is left, and the year.

    A year that stands several times is taken out everywhere.
    """
    return [(re.sub(rf"(?<!\d){year}(?!\d)", "{year}", label), year) for year in years_in(label)]


def _series(folder: Path, heap: _Heap, *, shared: bool) -> Series:
    """Describe a heap; files are named one by one where a pattern would not tell them alone."""
    members = sorted(heap.members, key=lambda member: (member[0] or 0, member[1].path))
    _, last, _ = members[-1]
    one_file = members[0][0] is None
    years = tuple(told_years(last) or ()) if one_file else tuple(year for year, _, _ in members if year)
    agreement = same_array([grid for _, _, grid in members])
    low, high = _sample(last)
    unit = next((unit for unit in last.units if unit), "")
    clue = guess(heap.pattern, folder.resolve().name, unit, last.dtypes[0], high)
    files: str | dict[int, str] = heap.pattern
    if not one_file and (shared or len(members) == 1 or has_wildcards(heap.pattern)):
        files = {year: facts.path for year, facts, _ in members if year}
    return Series(
        "",
        files,
        years,
        last.bands,
        clue,
        members[agreement.base][2],
        bool(agreement.misfits),
        last.dtypes[0],
        last.nodata[0],
        low,
        high,
    )


def _sample(facts: Facts) -> tuple[float, float]:
    """Return smallest and largest valid value of the last band, in some blocks spread over it."""
    from rasterio.windows import Window

    lows, highs = [], []
    band = facts.bands
    nodata = facts.nodata[band - 1]
    stored = None if nodata is None else as_stored(nodata, facts.dtypes[band - 1])
    with opened(facts.uri, facts.path) as dataset:
        high, wide = dataset.block_shapes[band - 1]
        high = max(1, min(high, _SAMPLED_CELLS // wide))
        down, across = -(-dataset.height // high), -(-dataset.width // wide)
        places = np.unique(np.linspace(0, down * across - 1, _SAMPLED_BLOCKS).astype(int))
        for row, column in (divmod(int(place), across) for place in places):
            window = Window(
                column * wide,
                row * high,
                min(wide, dataset.width - column * wide),
                min(high, dataset.height - row * high),
            )
            try:
                values = dataset.read(band, window=window)
            except Exception as error:  # GDAL's own kinds are many; each means a damaged file
                raise CityebbError("read.damaged", path=facts.path, reason=str(error)) from error
            good = np.isfinite(values)
            if stored is not None:
                good &= values != stored
            if good.any():
                lows.append(float(values[good].min()))
                highs.append(float(values[good].max()))
    scale, offset = facts.scales[band - 1], facts.offsets[band - 1]
    if not lows:
        return float("nan"), float("nan")
    return min(lows) * scale + offset, max(highs) * scale + offset


def _named(series: list[Series]) -> Iterator[Series]:
    """Give each a name: by what it tells, and by its files where several tell the same."""
    plain = {"light": "lights", "people": "people", "built_up": "built_up"}
    told = [one.guess.indicator for one in series if len(one.years) > 1]
    taken: set[str] = set()
    for one in series:
        name = plain[one.guess.indicator]
        if told.count(one.guess.indicator) - (len(one.years) > 1) > 0:  # another that can be compared
            files = one.files if isinstance(one.files, str) else next(iter(one.files.values()))
            stem = re.sub(r"\{year\}|(?<!\d)(?:19|20)\d\d(?!\d)", "", files.rsplit(".", 1)[0])
            slug = "_".join(re.findall(r"[a-z0-9]+", stem.lower()))
            name = slug if slug.startswith(name) else f"{name}_{slug}".rstrip("_")
            name = name[:_LONGEST].rstrip("_")
        stem, number = name, 1
        while name in taken:
            number += 1
            name = f"{stem}_{number}"
        taken.add(name)
        yield replace(one, name=name)
