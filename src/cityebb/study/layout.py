"""Where a study's results lie: the report on top, every room's tables in a folder with its name."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from cityebb.model import CityebbError, fingerprint
from cityebb.study.cache import rooms_hash, words_hash, writing
from cityebb.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cityebb.model import Results
    from cityebb.study.schema import PublishParameters, Study
    from cityebb.study.whole import Whole

    Progress = Callable[[str, int, int], None]

_RECORD = "published.json"
_PARTIAL = "publish.partial"


def publish(whole: Whole, results: dict[str, Results]) -> dict[str, Path]:
    """Write everything for people, unless it is there already; return the first comparison's reports.

    All files are written into a hidden folder first; when all of them are whole, each takes its place in one
    step.
    """
    parameters = whole.study.publish
    keys = [stage.key for stage in whole.stages()]
    key = fingerprint(
        [
            keys,
            parameters.model_dump(mode="json"),
            whole.study.title,
            rooms_hash("model", "publish", "study"),
            words_hash(),
        ]
    )
    out = whole.store.out
    if whole.force or not _is_there(whole, key):
        begun = time.perf_counter()
        try:
            _publish(whole, results, key)
        except CityebbError as error:
            if error.key != "publish.disk_full":
                raise
            raise CityebbError("study.disk_full", path=str(out)) from error
        whole.log.seconds["publish"] = round(time.perf_counter() - begun, 3)
        whole.log.ran.append("publish")
    else:
        whole.log.reused.append("publish")
    return {language: out / f"report.{language}.html" for language in parameters.languages}


def _is_there(whole: Whole, key: str) -> bool:
    record = whole.store.read_json(_RECORD)
    if not isinstance(record, dict) or record.get("key") != key:
        return False
    out = whole.store.out
    return all(
        (out / name).is_file() and (out / name).stat().st_size == size
        for name, size in record["files"].items()
    )


def _publish(whole: Whole, results: dict[str, Results], key: str) -> None:
    store, out = whole.store, whole.store.out
    staged = store.root / _PARTIAL
    with writing(out):
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        try:
            write_results(results, staged, whole.study.publish, whole.progress)
            files = {path.relative_to(staged).as_posix(): path.stat().st_size for path in _within(staged)}
            blocked = in_the_way(out, files)
            if blocked is not None:
                raise blocked
            before = store.read_json(_RECORD)
            known = before.get("files", {}) if isinstance(before, dict) else {}
            store.write_json(_RECORD, {"key": None, "files": {**known, **files}})
            for name in files:
                target = out / name
                target.parent.mkdir(parents=True, exist_ok=True)
                (staged / name).replace(target)
            _remove_old(out, known, files)
            store.write_json(_RECORD, {"key": key, "files": files})
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def write_results(
    results: dict[str, Results], folder: Path, parameters: PublishParameters, progress: Progress
) -> None:
    """Write tables, reports and the record of several comparisons in their layout.

    Parameters
    ----------
    results
        By name of the comparison; the first one's report lies on top.
    folder
        An empty folder.
    parameters
        Languages and formats.
    progress
        Told ``("publish", files done, in all)``.
    """
    from cityebb.publish import write_manifest, write_report, write_tables

    total = len(results) * (1 + len(parameters.languages)) + 1
    done = 0
    progress("publish", done, total)
    for place, (name, found) in enumerate(results.items()):
        scratch = folder / "scratch"
        for path in write_tables(found, scratch, parameters.formats):
            _move(path, folder / _home(path.name, name, found.definition["name"], first=place == 0))
        done += 1
        progress("publish", done, total)
        for language in parameters.languages:
            path = write_report(found, scratch, language, leading=parameters.cities, named=parameters.named)
            _move(
                path, folder / (f"report.{language}.html" if place == 0 else f"report.{name}.{language}.html")
            )
            done += 1
            progress("publish", done, total)
        _write_outlines(found, folder / "delineate" / found.definition["name"])
        write_manifest(found, folder if place == 0 else folder / "identify" / name)
        shutil.rmtree(scratch, ignore_errors=True)
    progress("publish", total, total)


def _home(file: str, comparison: str, definition: str, *, first: bool) -> Path:
    """Return where a table lies: in the folder of the room that made it."""
    stem = file.partition(".")[0]
    if stem == "panel":
        return Path("measure") / definition / file
    if stem == "breaks":
        return Path("harmonise") / file
    if file.endswith(".xlsx") and first:
        return Path(file)
    return Path("identify") / comparison / file


def _write_outlines(found: Results, folder: Path) -> None:
    """Write the cities as they are, without any verdict, and their cells."""
    folder.mkdir(parents=True, exist_ok=True)
    found.cities.to_parquet(
        folder / "cities.parquet",
        compression="zstd",
        write_covering_bbox=bool(len(found.cities)),
        schema_version="1.1.0",
    )
    found.footprints.to_parquet(folder / "footprints.parquet", compression="zstd", index=False)


def in_the_way(out: Path, names: Iterable[str]) -> CityebbError | None:
    """Return the fault that a folder lies where a file is to be written, or a file where a folder is to be.

    Parameters
    ----------
    out
        Folder of the results.
    names
        Files to be written, relative to it.
    """
    from cityebb.read.places import shown

    for name in names:
        target = out / name
        if os.path.isdir(target):  # noqa: PTH112 - Path.is_dir may raise
            found = say("study.way.folder")
            return CityebbError("study.results_in_the_way", path=shown(str(target)), found=found)
        for part in list(Path(name).parents)[:-1]:
            if os.path.lexists(out / part) and not os.path.isdir(out / part):  # noqa: PTH112 - as above
                found = say("study.way.file")
                return CityebbError("study.results_in_the_way", path=shown(str(out / part)), found=found)
    return None


def files_to_come(study: Study) -> list[str]:
    """Return files that every run of a study writes, relative to its folder of results."""
    reports = [f"report.{language}.html" for language in study.publish.languages]
    cities = [f"delineate/{rule.cities}/cities.parquet" for rule in study.identify.values()]
    return [*reports, "manifest.json", *dict.fromkeys(cities)]


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    path.replace(target)


def _within(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _remove_old(out: Path, known: dict[str, int], files: dict[str, int]) -> None:
    """Remove what an earlier run published and this one does not."""
    for name in known:
        if name not in files and not Path(name).is_absolute() and ".." not in Path(name).parts:
            (out / name).unlink(missing_ok=True)
