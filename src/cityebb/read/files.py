"""Find the files of a source and the year of each."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cityebb.model import CityebbError, gather
from cityebb.read.places import why_not, why_not_file
from cityebb.read.remote import is_remote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cityebb.read.parameters import SourceParameters

_PLACEHOLDER = re.compile(r"\{year(?::0?4?d?)?\}")
_ANY_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_COMPANIONS = (".aux.xml", ".ovr", ".msk", ".partial")
_SIMILAR_SHOWN = 3


@dataclass(frozen=True)
class FoundFile:
    """A file, what to call it, and its year if its name or the study tells it."""

    path: Path
    label: str
    year: int | None


def find_files(
    name: str, parameters: SourceParameters, folder: Path, fault: Callable[[CityebbError], None]
) -> list[FoundFile]:
    """Return the files of source ``name``, in order of years; hand every fault to ``fault``.

    Parameters
    ----------
    name
        The source's name in the study.
    parameters
        Its table.
    folder
        The study's folder: paths are relative to it.
    fault
        Takes what is wrong.
    """
    base = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow links out of the folder
    files = parameters.files
    if not files:
        fault(CityebbError("read.files_empty", source=name))
        return []
    remote = _remote(files)
    if remote is not None:
        fault(CityebbError("read.remote", path=remote, target=f"[read.{name}]"))
        return []
    if isinstance(files, dict):
        found = [
            FoundFile(_path(base, text), text, year)
            for year, text in sorted(files.items())
            if _allowed(name, text, base, parameters.outside, fault)
        ]
    elif isinstance(files, tuple):
        found = _listed(name, files, base, parameters, fault)
    elif _ANY_PLACEHOLDER.search(files):
        found = _matching(name, files, base, parameters, fault)
    elif "*" in files or "?" in files:
        if not _allowed(name, files, base, parameters.outside, fault):
            return []
        texts = [_label(path, base) for path in _glob(base, files)]
        if not texts:
            fault(_nothing(name, files, base))
        found = _listed(name, texts, base, parameters, fault, checked=True)
    else:
        found = []
        if _allowed(name, files, base, parameters.outside, fault):
            found.append(FoundFile(_path(base, files), files, None))
    _check_years(name, found, fault)
    return _wanted(name, _readable(found, fault), parameters, fault)


def has_wildcards(pattern: str) -> bool:
    """Whether a pattern holds, besides ``{year}``, signs that stand for something else in a study.

    Examples
    --------
    >>> has_wildcards("l#{x}_{year}.tif"), has_wildcards("l_{year}.tif")
    (True, False)
    """
    return any(sign in _PLACEHOLDER.sub("", pattern) for sign in "{}*?")


def _check_years(name: str, found: list[FoundFile], fault: Callable[[CityebbError], None]) -> None:
    """Refuse years that the study tells and the published names of night lights deny."""
    from cityebb.read.lights.names import parse_light_name  # its room opens files by this module

    for file in found:
        try:
            years = parse_light_name(file.path.name).years
        except CityebbError:
            continue
        if file.year is not None and file.year not in years:
            told = {"path": file.label, "year": file.year, "named": years[0]}
            fault(CityebbError("read.year_contradicts", source=name, **told))


def find_file(name: str, text: str, base: Path, *, outside: bool = False) -> Path:
    """Return the one file that a table of the study names.

    Parameters
    ----------
    name
        Of the source.
    text
        As written in the study.
    base
        Folder of the study.
    outside
        Whether it may lie outside that folder.

    Raises
    ------
    CityebbError
        If it leads to the network, lies outside, is not there, or is no file that can be read.
    """
    if is_remote(text):
        raise CityebbError("read.remote", path=text, target=f"[read.{name}]")
    with gather() as fault:
        _allowed(name, text, base, outside, fault)
    path = _path(base, text)
    wrong = why_not_file(path, text)
    if wrong is not None:
        raise wrong
    return path


def _remote(files: str | Mapping[int, str] | tuple[str, ...]) -> str | None:
    """Return the first name that leads to the network."""
    if isinstance(files, str):
        texts = [files]
    else:
        texts = list(files.values() if isinstance(files, Mapping) else files)
    return next((text for text in texts if is_remote(text)), None)


def years_in(text: str) -> list[int]:
    """Return the different numbers 19xx and 20xx that stand alone in a file's name.

    Examples
    --------
    >>> years_in("population_2006_1km.tif"), years_in("VNL_2013_c202205302300.tif")
    ([2006], [2013])
    >>> years_in("GHS_POP_E2020_GLOBE_R2023A.tif")
    [2020, 2023]
    """
    return sorted({int(year) for year in _YEAR.findall(text)})


def _named_years(file: str) -> list[int]:
    """Return the years that a file's name tells; names of night lights hold other numbers besides."""
    from cityebb.read.lights.names import parse_light_name  # its room opens files by this module

    try:
        return [parse_light_name(file).year]
    except CityebbError:
        return years_in(file)


def _listed(
    name: str,
    texts: Iterable[str],
    base: Path,
    parameters: SourceParameters,
    fault: Callable[[CityebbError], None],
    *,
    checked: bool = False,
) -> list[FoundFile]:
    """Files given one by one: the year is the only one in the name."""
    found = []
    for text in texts:
        if not checked and not _allowed(name, text, base, parameters.outside, fault):
            continue
        path = _path(base, text)
        years = _named_years(path.name)
        if len(years) > 1:
            fault(
                CityebbError(
                    "read.year_ambiguous",
                    source=name,
                    path=text,
                    years=", ".join(str(year) for year in years),
                )
            )
            continue
        found.append(FoundFile(path, text, years[0] if years else None))
    return sorted(found, key=lambda file: (file.year or 0, file.label))


def _matching(
    name: str,
    text: str,
    base: Path,
    parameters: SourceParameters,
    fault: Callable[[CityebbError], None],
) -> list[FoundFile]:
    """Files that a pattern with ``{year}`` matches."""
    strange = [part for part in _ANY_PLACEHOLDER.findall(text) if not _PLACEHOLDER.fullmatch(part)]
    if strange:
        fault(CityebbError("read.placeholder_unknown", source=name, pattern=text, placeholder=strange[0]))
        return []
    if not _allowed(name, text, base, parameters.outside, fault):
        return []
    regex = _regex(_path(base, text).as_posix())
    found = []
    for path in _glob(base, _PLACEHOLDER.sub("????", text)):
        match = regex.fullmatch(path.as_posix())
        if match:
            found.append(FoundFile(path, _label(path, base), int(match["year"])))
    if not found:
        fault(_nothing(name, text, base))
    found.sort(key=lambda file: (file.year or 0, file.label))
    return found


def _readable(found: list[FoundFile], fault: Callable[[CityebbError], None]) -> list[FoundFile]:
    """Hand over what cannot be read as a file; what is missing or a folder is told where it is opened."""
    good = []
    for file in found:
        wrong = why_not_file(file.path, file.label)
        if wrong is None or wrong.key in ("read.file_missing", "read.folder_not_file"):
            good.append(file)
        else:
            fault(wrong)
    return good


def _wanted(
    name: str,
    found: list[FoundFile],
    parameters: SourceParameters,
    fault: Callable[[CityebbError], None],
) -> list[FoundFile]:
    """Leave out the years that are not asked for; say which are asked for and not there."""
    if parameters.years is None or not found or any(file.year is None for file in found):
        return found
    absent = sorted(set(parameters.years) - {file.year for file in found if file.year is not None})
    if absent:
        pattern = parameters.files if isinstance(parameters.files, str) else ""
        expected = (
            _PLACEHOLDER.sub(str(absent[0]), pattern) if _PLACEHOLDER.search(pattern) else str(absent[0])
        )
        fault(
            CityebbError(
                "read.year_without_file",
                source=name,
                years=", ".join(str(year) for year in absent),
                expected=expected,
                there=", ".join(str(file.year) for file in found),
            )
        )
    return [file for file in found if file.year in parameters.years]


def _nothing(name: str, text: str, base: Path) -> CityebbError:
    """No file matches: name what lies there instead."""
    around = _path(base, text).parent
    while not os.path.isdir(around) and around != around.parent:  # noqa: PTH112 - Path.is_dir may raise
        around = around.parent
    suffix = Path(text).suffix.lower()
    try:
        there = sorted(p.name for p in around.iterdir() if p.is_file() and p.suffix.lower() == suffix)
    except PermissionError:
        return CityebbError("read.folder_forbidden", path=text, folder=str(around))
    return CityebbError(
        "read.nothing_matches",
        source=name,
        pattern=text,
        folder=str(around),
        there=", ".join(there[:_SIMILAR_SHOWN]) + ("…" if len(there) > _SIMILAR_SHOWN else "") or "–",
    )


def _allowed(
    name: str,
    text: str,
    base: Path,
    outside: bool,  # noqa: FBT001 - the study's own word, private
    fault: Callable[[CityebbError], None],
) -> bool:
    """Whether a path stays inside the study's folder, as it is written, and the system would look at it."""
    path = _path(base, text)
    if not outside and path != base and base not in path.parents:
        fault(CityebbError("read.path_outside", source=name, path=text, folder=str(base)))
        return False
    like = re.sub(r"[*?]", "0", _PLACEHOLDER.sub("0000", text))  # as long as a name that it matches
    wrong = why_not(_path(base, like), text)
    if wrong is not None:
        fault(wrong)
    return wrong is None


def _path(base: Path, text: str) -> Path:
    """Where ``text`` leads, ``..`` taken as written; both kinds of slash are understood."""
    return Path(os.path.normpath(base / text.replace("\\", "/")))


def _label(path: Path, base: Path) -> str:
    """Return the path as a reader of the study knows it."""
    return path.relative_to(base).as_posix() if base in path.parents else str(path)


def _glob(base: Path, text: str) -> list[Path]:
    """Files that match ``*``, ``**`` and ``?``; brackets are taken as they are."""
    pattern = _path(base, text).as_posix().replace("[", "[[]")
    start = base.as_posix().replace("[", "[[]")
    if pattern.startswith(start):  # wildcards in the folder's own name are no wildcards
        pattern = glob.escape(base.as_posix()) + pattern[len(start) :]
    paths = (Path(found) for found in glob.glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    return sorted(path for path in paths if not path.name.endswith(_COMPANIONS))


def _regex(text: str) -> re.Pattern[str]:
    """Turn a pattern into a regular expression with a group ``year``."""
    parts: list[str] = []
    seen = False
    for piece in re.split(r"(\{year[^{}]*\}|\*\*/|\*|\?)", text):
        if _PLACEHOLDER.fullmatch(piece):
            parts.append("(?P=year)" if seen else r"(?P<year>\d{4})")
            seen = True
        elif piece == "**/":
            parts.append("(?:.*/)?")
        elif piece == "*":
            parts.append("[^/]*")
        elif piece == "?":
            parts.append("[^/]")
        else:
            parts.append(re.escape(piece))
    return re.compile("".join(parts))
