"""Which language is spoken, and what a sentence does with its values."""

from __future__ import annotations

import pytest

from cityebb.words import choose_language, current_language, has, say, using


@pytest.mark.parametrize(
    ("flag", "environment", "language"),
    [
        (None, {}, "zh"),
        (None, {"LANG": "C.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.GBK"}, "zh"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LANG": "ja_JP.UTF-8"}, "en"),
        (None, {"LANG": "en_US", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN"}, "en"),
        ("fr", {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_flag_then_locale_then_chinese(flag: str | None, environment: dict[str, str], language: str) -> None:
    assert choose_language(flag, environment) == language


def test_using_is_put_back() -> None:
    before = current_language()
    with using("en"):
        assert say("model.state.stable") == "stable"
        with using("zh"):
            assert say("model.state.stable") == "平稳"
        assert current_language() == "en"
    assert current_language() == before


def test_a_sentence_that_is_not_there_is_a_slip_of_ours() -> None:
    assert not has("model.nothing")
    with pytest.raises(KeyError):
        say("model.nothing")


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert "{x}" in say("model.column_missing", "en", table="{x}", column="c")


def test_one_of_a_kind_is_spoken_of_as_one() -> None:
    told = [say("study.embedded.simulated", "en", seed=7, towns=n, found=n) for n in (1, 2)]
    assert "1 invented town, of which 1 was found as a city." in told[0]
    assert "2 invented towns, of which 2 were found as cities." in told[1]


def test_a_number_already_written_is_counted_too() -> None:
    assert say("publish.city.area_value", "en", area="5.1", cells="1") == "5.1 km², 1 cell"
    assert say("publish.city.area_value", "en", area="5.1", cells="1,001") == "5.1 km², 1,001 cells"
