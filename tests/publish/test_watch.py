"""The chapter of the watch-lists."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from cityebb.model import POLICY
from cityebb.publish.chapters.watch import _nothing_before
from cityebb.publish.view import View


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("sides", "said"), [(["across", "after"], True), (["before", "after"], False), ([], False)]
)
def test_where_no_list_ends_before_the_policy_it_is_said(results, language, sides, said):
    policy = POLICY.empty() if not sides else pd.DataFrame({"side": sides})
    assert bool(_nothing_before(View(replace(results, policy=policy), language))) is said
