"""How far spread figures may be off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityebb.harmonise.doubt import UNTRIED, error_of_doubt, in_doubt

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


def test_a_unit_that_stays_whole_is_in_no_doubt():
    assert in_doubt(np.array([1.0]), np.array([500.0])).tolist() == [0.0]


def test_the_smaller_side_of_a_cut_is_in_doubt():
    assert in_doubt(np.array([0.97, 0.03]), np.array([100.0, 100.0])) == pytest.approx([3.0, 3.0])


@given(SHARES, st.floats(0, 1e9))
def test_never_more_than_half_of_a_unit_is_in_doubt(shares, people):
    doubt = in_doubt(np.array(shares), np.full(len(shares), people))
    assert (doubt >= 0).all()
    assert (doubt <= people / 2).all()


@given(st.floats(0, 1), st.floats(0, 0.99), st.floats(0, 1))
def test_a_part_without_weight_never_makes_the_doubt_smaller(known, without, of_it):
    share = np.array([(1 - without) * known + without * of_it])
    more = in_doubt(share, np.ones(1), np.array([without]))
    assert more[0] >= in_doubt(np.array([known]), np.ones(1))[0] - 1e-9
    assert more[0] <= 0.5


def test_the_error_is_learnt_where_people_are_in_doubt():
    off, doubt = np.array([3.0, -4.0, 90.0, np.nan]), np.array([5.0, 5.0, 0.0, 8.0])
    assert error_of_doubt(off, doubt) == pytest.approx(np.sqrt(25 / 50))


def test_where_nothing_can_be_learnt_all_in_doubt_may_be_wrong():
    assert error_of_doubt(np.array([]), np.array([])) == UNTRIED == 1.0
    assert error_of_doubt(np.array([5.0]), np.array([0.0])) == UNTRIED
