"""Rules by name, with parameters altered."""

from __future__ import annotations

import pytest

from cityebb.identify.rules import RULES, parameters_of, rule_named
from cityebb.model import CityebbError, Faults


def test_every_rule_by_its_name():
    for name, rule in RULES.items():
        assert rule_named(name) == rule
        assert rule_named(name, **parameters_of(rule)) == rule


def test_parameters_are_altered_and_the_rule_in_the_book_is_not():
    assert rule_named("turns", benchmarks=[2010, 2020]).benchmarks == (2010, 2020)
    assert RULES["turns"].benchmarks == ()
    assert rule_named("schilling_logan", total=-0.3).total == -0.3


def test_what_is_not_known_is_told_with_what_is():
    with pytest.raises(CityebbError) as caught:
        rule_named("oswalt")
    assert "oswalt_rieniets" in str(caught.value)
    with pytest.raises((CityebbError, Faults)) as wrong:
        rule_named("trend", alfa=0.1)
    assert "alpha" in str(wrong.value)
    with pytest.raises((CityebbError, Faults)):
        rule_named("wolff_wiechmann", name="mine")
