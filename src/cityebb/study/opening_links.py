"""Open the tables of links between cities of different definitions that a study names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cityebb.model import CityebbError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from cityebb.study.schema import Study

COLUMNS = ("city", "other")


def open_links(
    study: Study, fault: Callable[[CityebbError], None]
) -> tuple[dict[tuple[str, str], pd.DataFrame], tuple[Path, ...]]:
    """Return the stated pairs by table of evidence and comparison, and the files they lie in.

    Parameters
    ----------
    study
        As far as it is understood.
    fault
        Takes what is wrong with a file.
    """
    found, files = {}, []
    for name, together in study.together.items():
        for comparison, file in together.links.items():
            path = study.folder / file
            try:
                found[name, comparison] = read_links(path)
                files.append(path)
            except CityebbError as error:
                fault(error)
    return found, tuple(dict.fromkeys(files))


def read_links(path: Path) -> pd.DataFrame:
    """Return the pairs of a file: columns ``city`` and ``other``, as text.

    Raises
    ------
    CityebbError
        If the file cannot be read, lacks one of the columns, or names a city twice.
    """
    import pandas as pd

    from cityebb.read.places import why_not_file
    from cityebb.read.text import read_text, rows_of

    wrong = why_not_file(path)
    if wrong is not None:
        raise wrong
    rows = rows_of(read_text(path)[0], ",", path.name)
    heads = [text.strip() for text in rows[0]] if rows else []
    for column in COLUMNS:
        if column not in heads:
            raise CityebbError("study.links_column", path=path.name, column=column, found=", ".join(heads))
    places = [heads.index(column) for column in COLUMNS]
    pairs = [[row[place].strip() if place < len(row) else "" for place in places] for row in rows[1:]]
    frame = pd.DataFrame([pair for pair in pairs if all(pair)], columns=list(COLUMNS), dtype="str")
    twice = frame.loc[frame["city"].duplicated(), "city"]
    if len(twice):
        raise CityebbError("study.links_twice", path=path.name, city=twice.iloc[0], count=len(twice))
    return frame
