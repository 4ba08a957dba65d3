"""Run real studies whole, but for the reports, and other specifications where none is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cityebb.identify import SpecificationParameters
from cityebb.study import execute, run
from cityebb.study.findings import sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

    from cityebb.model import Results
    from cityebb.study import Outcome


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[Callable[..., Outcome]]:
    """Return what writes a study file and runs it; ``DATA`` in its text stands for the folder of data."""

    whole = sensitivity.specified

    def where_declared(comparisons, name):
        declared = comparisons.rule(name).specifications != SpecificationParameters()
        return whole(comparisons, name) if declared else None

    def judge(text: str) -> Outcome:
        path = tmp_path_factory.mktemp("study") / "study.toml"
        path.write_text(f"cityebb_study = 1\n{text.replace('DATA', data.as_posix())}", encoding="utf-8")
        return execute(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "specified", where_declared)
        patch.setattr(run, "publish", lambda *_: {})
        yield judge


@pytest.fixture(scope="module")
def judged() -> Callable[[Results], pd.DataFrame]:
    """Return what puts names, countries and areas beside the verdicts."""

    def join(results: Results) -> pd.DataFrame:
        cities = results.cities
        inside = cities.geometry.representative_point()
        names = cities[["name_zh", "name_en", "country", "area_km2"]].assign(lon=inside.x, lat=inside.y)
        return results.verdicts.set_index("city_id").join(names)

    return join
