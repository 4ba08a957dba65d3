"""Simulated towns are named, each differently, and never after a real place."""

from __future__ import annotations

from cityebb.simulate.names import COUNT, town_names


def test_every_name_is_its_own_in_both_languages():
    chinese, english = town_names(list(range(2 * COUNT)))
    assert len(set(chinese)) == len(set(english)) == 2 * COUNT


def test_names_follow_one_another_syllable_by_syllable():
    (first, again), (first_en, again_en) = town_names([0, COUNT])
    assert again == first + "2号"
    assert again_en == first_en + " 2"
    assert len(first) == 3
