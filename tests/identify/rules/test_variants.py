"""Rules with altered parameters, each told by a name of its own; every wrong one told at once."""

from __future__ import annotations

import pytest

from cityebb.identify.rules import RULES, called, parameters_of, rule_named, variants_of
from cityebb.identify.rules.allowed import LIMITS, kinds_of
from cityebb.model import CityebbError, Faults
from cityebb.words import LANGUAGES, using


def keys(caught):
    error = caught.value
    return [each.key.rpartition(".")[2] for each in getattr(error, "faults", [error])]


def test_two_variants_of_one_rule_can_be_told_apart():
    first, second, third, fourth = variants_of(
        [
            "falling_years_running",
            {"rule": "falling_years_running", "run": 4, "floor": 0.01},
            {"rule": "falling_years_running", "run": 5, "name": "five years"},
            {"rule": "trend", "alpha": 0.05},
        ]
    )
    assert (first.name, first.text, first.rule) == ("falling_years_running", "", RULES[first.name])
    assert second.name == "falling_years_running (run = 4, floor = 0.01)"
    assert (second.rule.run, second.rule.floor) == (4, 0.01)
    assert (third.name, third.text) == ("five years", "run = 5")
    assert (fourth.name, fourth.parameters) == ("trend", {}), "its own value alters nothing"
    assert called(second.name, second.rule.name, second.text, "en").endswith("(run = 4, floor = 0.01)")


def test_every_fault_is_told_at_once_with_what_may_be_meant():
    with pytest.raises(Faults) as caught:
        variants_of(
            [
                "trnd",
                {"rule": "falling_years_running", "runn": 4, "floor": -1},
                {"run": 4},
                {"rule": "trend", "name": "turns"},
                {"rule": "trend", "name": " "},
                "two_censuses",
                "two_censuses",
            ]
        )
    assert keys(caught) == [
        "unknown_near",
        "parameter_unknown_near",
        "out_of_range",
        "unnamed",
        "name_taken",
        "name_wrong",
        "twice",
    ]
    for language in LANGUAGES:
        with using(language):
            told = str(caught.value)
        assert "{" not in told
        assert "“trend”" in told or '"trend"' in told
        assert "0 ≤ floor < 1" in told


@pytest.mark.parametrize(
    ("rule", "parameters", "key"),
    [
        ("falling_years_running", {"run": 0}, "out_of_range"),
        ("falling_years_running", {"run": 10**25}, "out_of_range"),
        ("turns", {"most": 2**31}, "out_of_range"),
        ("two_censuses", {"period": 2**63}, "out_of_range"),
        ("falling_years_running", {"run": 3.5}, "not_whole"),
        ("falling_years_running", {"run": "4"}, "not_whole"),
        ("falling_years_running", {"run": True}, "not_whole"),
        ("falling_years_running", {"lasting": 1}, "not_flag"),
        ("falling_years_running", {"floor": float("nan")}, "not_number"),
        ("trend", {"alpha": 0.5}, "out_of_range"),
        ("turns", {"benchmarks": 2010}, "not_years"),
        ("turns", {"benchmarks": [10]}, "out_of_range"),
        ("long_light", {"total": 0.1}, "out_of_range"),
        ("long_light", {"total": "none"}, "asks_nothing"),
        ("wiechmann", {"least_people": None}, "not_number"),
        ("bbsr", {"least_cities": 1}, "out_of_range"),
    ],
)
def test_a_value_that_cannot_be_is_refused(rule, parameters, key):
    with pytest.raises(CityebbError) as caught:
        rule_named(rule, **parameters)
    assert keys(caught) == [key]
    assert str(caught.value)


def test_none_is_a_value_where_a_rule_knows_it():
    assert rule_named("turok_mykhnenko", period="none").period is None
    assert rule_named("schilling_logan", total="none", per_year=-0.01).total is None


def test_every_parameter_of_every_rule_has_its_limits_and_its_own_value_lies_in_them():
    for rule in RULES.values():
        kinds = kinds_of(rule)
        for name, value in parameters_of(rule).items():
            assert kinds[name] == "bool" or name in LIMITS, (rule.name, name)
            assert rule_named(rule.name, **{name: value}) == rule
