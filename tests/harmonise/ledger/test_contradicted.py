"""A ledger that does not fit its table: codes of nobody, and units counted after their end."""

from __future__ import annotations

import pandas as pd
import pytest

from cityebb.harmonise import Changes, HarmoniseParameters, make_counts_comparable
from cityebb.harmonise.ledger import contradicted
from cityebb.identify import withhold
from cityebb.model import CROSSWALK, LEDGER


def figures(rows):
    """Return counts of 2010 and 2020 by code; None where there is no row."""
    told = {"indicator": "people", "concept": "resident", "grade": "census", "source": "t", "unit": "people"}
    return pd.DataFrame(
        [
            {"unit_id": code, "name": code, "year": year, "vintage": str(year), "value": value, **told}
            for code, values in rows.items()
            for year, value in zip((2010, 2020), values, strict=True)
            if value is not None
        ]
    ).assign(coverage=1.0)


def ledger(*events):
    """Return merges: date, code, into which."""
    frame = pd.DataFrame(
        [
            {"event_id": str(place), "date": date, "kind": "merge", "from_unit": one, "to_unit": other}
            for place, (date, one, other) in enumerate(events, 1)
        ]
    ).reindex(columns=LEDGER.names)
    return frame.assign(share=1.0, share_of="people", confidence="certain")


def compared(rows, events, boundaries="consistent", weights=None):
    return make_counts_comparable(
        figures(rows),
        HarmoniseParameters(boundaries=boundaries, ledger="changes"),
        years=(2010, 2020),
        changes=Changes(events, CROSSWALK.empty() if weights is None else weights),
    )


def keys(found):
    return [note.key for note in found.notes]


TABLE = {"110101": (1000.0, 900.0), "110102": (2000.0, 2100.0), "110105": (3000.0, 3000.0)}


@pytest.mark.parametrize("boundaries", ["consistent", "vintage"])
@pytest.mark.parametrize(
    "events",
    [
        [("2015", "110102", "110101")],
        [("2015", "110102", "110101"), ("2016", "110101", "110102")],
        [("2015", "110102", "110101"), ("2016", "110102", "110101")],
    ],
)
def test_units_counted_after_their_end_get_no_verdict(boundaries, events):
    found = compared(TABLE, ledger(*events), boundaries)
    assert "harmonise.ledger_contradicted" in keys(found)
    verdicts = pd.DataFrame({"city_id": list(TABLE), "state": "shrinking", "reason": ""})
    states = withhold(verdicts, found.comparability.audit).set_index("city_id")["state"].to_dict()
    assert states == {"110101": "undetermined", "110102": "undetermined", "110105": "shrinking"}


def test_units_that_end_as_told_contradict_nothing():
    found = compared({**TABLE, "110102": (2000.0, None)}, ledger(("2015", "110102", "110101")))
    assert keys(found) == ["harmonise.consistent"]
    assert "ledger_contradicted" not in set(found.comparability.audit["finding"])


def test_a_code_that_is_made_again_contradicts_nothing():
    events = ledger(("2012", "110102", "110101"), ("2015", "110101", "110102"))
    events.loc[1, "kind"] = "split"
    events = pd.concat([events, events.iloc[[1]].assign(to_unit="110101")], ignore_index=True)
    events.loc[1:, "share"] = 0.5
    assert contradicted(figures(TABLE), events).empty


def test_a_ledger_without_leading_zeros_gets_those_of_the_table():
    rows = {"01001": (1000.0, 1900.0), "01002": (1000.0, None), "09162": (5.0, 5.0)}
    found = compared(rows, ledger(("2015", "1002", "1001")))
    assert "harmonise.ledger_padded" in keys(found)
    assert "harmonise.ledger_unmet" not in keys(found)
    before = found.counts.set_index(["unit_id", "year"])["value"]
    assert before["01001", 2010] == 2000


def test_weights_without_leading_zeros_get_those_of_the_table():
    weights = pd.DataFrame(
        {
            "from_unit": ["1001", "1002"],
            "from_vintage": "2010",
            "to_unit": "1001",
            "to_vintage": "2020",
            "share": 1.0,
            "share_of": "people",
            "evidence": None,
        }
    )
    rows = {"01001": (1000.0, 1900.0), "01002": (1000.0, None)}
    found = compared(rows, LEDGER.empty(), weights=weights)
    assert found.counts.set_index("year")["value"].to_dict() == {2010: 2000.0, 2020: 1900.0}


def test_short_codes_that_are_the_tables_own_stay():
    found = compared({"1": (5.0, 5.0), "01": (6.0, None), "2": (7.0, 8.0)}, ledger(("2015", "01", "2")))
    assert not {"harmonise.ledger_padded", "harmonise.ledger_unmet"} & set(keys(found))


def test_an_event_of_whose_codes_none_is_in_the_table_is_told():
    rows = {**TABLE, "110102": (2000.0, None)}
    found = compared(rows, ledger(("2015", "110102", "110101"), ("2016", "990001", "990002")))
    (told,) = [str(note) for note in found.notes if note.key == "harmonise.ledger_unmet"]
    assert "990001, 990002" in told
    assert "110101, 9" not in told


@pytest.mark.parametrize(("share", "count"), [(1.0, 1), (0.5, 0)])
def test_a_unit_that_gave_everybody_away_and_has_people_contradicts(share, count):
    events = ledger(("2015", "110102", "110101")).assign(kind="transfer", share=share)
    assert len(contradicted(figures(TABLE), events)) == count
