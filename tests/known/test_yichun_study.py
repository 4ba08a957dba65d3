"""Yichun 2019 from a study file alone: three ways to spread people, tried against the census of 2020."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cityebb.study import execute

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.study import Outcome

pytestmark = pytest.mark.data("boundaries_china", "census_china", "lights_china")

DAQINGSHAN = "230725"
PAGES = Path(__file__).parents[2] / "docs"
FOLDERS = {"county": "census_china", "counties": "boundaries_china", "viirs": "lights_china"}
MORE = """
cityebb_study = 1
title = { zh = "伊春 2010–2020", en = "Yichun 2010–2020" }
"""


def example(language: str) -> str:
    """Return the worked example of the documentation: a study without its first lines."""
    page = (PAGES / language / "units.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    return next(block for block in blocks if "spread =" in block)


def study_of(text: str, data: Path) -> str:
    """Return the example with its files where the data lie."""

    def place(found: re.Match[str]) -> str:
        return f'"{(data / FOLDERS[found[1]] / found[0].strip(chr(34))).as_posix()}"'

    text = re.sub(r'"(county|counties|viirs)_[\w.]+"', place, text)
    return (
        MORE + re.sub(r"(\[read\.\w+\]\n)", r"\1outside = true\n", text) + '\n[publish]\nformats = ["csv"]\n'
    )


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Outcome:
    path = tmp_path_factory.mktemp("yichun") / "study.toml"
    path.write_text(study_of(example("en"), data), "utf-8")
    return execute(path)


@pytest.fixture(scope="module")
def trial(outcome: Outcome) -> pd.DataFrame:
    """Shares of the prefecture's people in percent: a row a unit, a column a way."""
    long = outcome.main.comparability.trial
    wide = long.pivot_table(index="unit_id", columns="way", values="spread_share")
    return wide.assign(counted=long.drop_duplicates("unit_id").set_index("unit_id")["counted_share"]) * 100


def test_both_languages_show_one_study():
    one, other = (re.sub(r" *#.*", "", example(language)) for language in ("zh", "en"))
    assert one == other


def test_ten_units_are_tried_in_three_ways(trial):
    assert len(trial) == 10
    assert set(trial.columns) == {"area", "smooth", "light:lights:2013", "counted"}
    assert trial.notna().all().all()


def test_light_beats_area(trial):
    daqingshan = trial.loc[DAQINGSHAN]
    assert daqingshan["area"] == pytest.approx(15.52, abs=0.005)
    assert daqingshan["light:lights:2013"] == pytest.approx(3.79, abs=0.005)
    assert daqingshan["counted"] == pytest.approx(6.56, abs=0.005)
    off = trial.drop(columns="counted").sub(trial["counted"], axis=0).abs().sum()
    assert off["area"] == pytest.approx(25.89, abs=0.005)
    assert off["light:lights:2013"] == pytest.approx(16.67, abs=0.005)


def test_nobody_is_lost(outcome):
    done = outcome.main.comparability
    before = outcome.main.panel.query("year == 2010")["value"].sum()
    left = done.unused.loc[done.unused["reason"].eq("harmonise.unused.outside"), "text"]
    people = left.str.extract(r": ([\d,]+) ")[0].str.replace(",", "").astype(float).sum()
    assert before + people == pytest.approx(1_148_126, abs=2)  # the table's text is rounded to whole people
    assert people < 1_000  # two makers' lines of one border


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            ("按灯光（lights 2013）的误差之和为 16.7%，按面积为 25.9%（−35.6%）", "按光滑曲面", "大箐山县"),
        ),
        ("en", ("The errors by light (lights 2013) sum to 16.7%, by area to 25.9% (−35.6%)", "大箐山县")),
    ],
)
def test_the_report_shows_it(outcome, language, words):
    page = outcome.reports[language].read_text("utf-8")
    assert [word for word in words if word not in page] == []
    cells = re.search(r"大箐山县</th><td>15\.5%</td><td>15\.3%</td><td>3\.8%</td><td[^>]*>6\.6%</td>", page)
    assert cells is not None
