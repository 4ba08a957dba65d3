"""Days of Japan's municipalities, from the sentences of the converter to the dates of a ledger."""

from __future__ import annotations

import pytest

from cityebb.harmonise.ledger import check_ledger
from cityebb.read import read_ledger

HEAD = "merge_id_muni,id_muni2000,id_muni2005,id_muni2010,name_muni2000,name_muni2005,name_muni2010"
HEAD += ",note_merge_consol,note_merge_incorp,note_city\n"


def events(tmp_path, *rows):
    path = tmp_path / "converter.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    read = read_ledger(path)
    check_ledger(read.ledger)
    told = read.ledger[["date", "kind", "from_unit", "to_unit"]]
    (note,) = [dict(vars(note)["values"]) for note in read.notes if note.key == "read.ledger_days"]
    return {tuple(row) for row in told.to_numpy().tolist()}, [
        note[name] for name in ("day", "later", "census")
    ]


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("2004年12月1日、乙町(01339)が甲市(01202)に編入", "2004-12-01"),
        ("2005年10月1日、乙町(01339)が甲市(01202)に編入", "2005-10-01"),  # the census counts it in
        ("2000年10月1日、乙町(01339)が甲市(01202)に編入", "2005"),  # the census before had counted it in
        ("2000年10月2日、乙町(01339)が甲市(01202)に編入", "2001"),  # in 2000, but after that census
        ("2004年2月30日、乙町(01339)が甲市(01202)に編入", "2005"),  # no day of any calendar
        ("2004年12月1日、丙郡(01330)の廃止、乙町(01339)が甲市(01202)に編入", "2004-12-01"),
        ("2004年12月1日、甲市(01202)、乙町(01339)が合併し、甲市を新設", "2004-12-01"),
        ("2004年12月1日、乙町（01339）が甲市（01202）に編入", "2004-12-01"),  # full-width brackets
        ("2004年12月1日、丙町(01340)が甲市(01202)に編入", "2005"),  # of somebody else
        ("", "2005"),
    ],
)
def test_the_day_of_a_merger(tmp_path, sentence, date):
    told, _ = events(
        tmp_path,
        "1202,1202,1202,1202,甲市,甲市,甲市,,,",
        f'1202,1339,1202,1202,乙町,甲市,甲市,,"{sentence}",',
    )
    assert told == {(date, "merge", "01339", "01202")}


def test_a_way_by_a_third_unit_is_told_step_by_step(tmp_path):
    saitama = "2001年5月1日、浦和市(11204)、大宮市(11205)が合併し、さいたま市(11244)を新設"
    designated = "2003年4月1日、さいたま市(11244)のさいたま市(11100)への政令指定都市施行；西区(11101)の新設"
    told, count = events(
        tmp_path,
        f"1,11204,11100,11100,浦和市,さいたま市,さいたま市,{saitama},,{designated}",
        f"1,11205,11100,11100,大宮市,さいたま市,さいたま市,{saitama},,{designated}",
    )
    assert told == {
        ("2001-05-01", "merge", "11204", "11244"),
        ("2001-05-01", "merge", "11205", "11244"),
        ("2003-04-01", "rename", "11244", "11100"),
    }
    assert count == [4, 0, 0]


def test_two_steps_of_one_day_are_one(tmp_path):
    told, _ = events(
        tmp_path,
        "1,8422,8223,8223,牛堀町,潮来市,潮来市,,2001年4月1日、牛堀町(08422)が潮来町(08423)に編入,",
        "1,8423,8223,8223,潮来町,潮来市,潮来市,,,2001年4月1日、潮来町(08423)が潮来市(08223)に市制施行",
    )
    assert told == {("2001-04-01", "merge", "08422", "08223"), ("2001-04-01", "merge", "08423", "08223")}


def test_steps_keep_their_order_though_one_is_dated_by_its_year(tmp_path):
    """The first step, of November 2005, counts to the end of 2006, and would come after the second."""
    told, count = events(
        tmp_path,
        "1,101,101,201,甲町,甲町,丙市,,2005年11月1日、甲町(00101)が乙町(00102)に編入,",
        "1,102,102,201,乙町,乙町,丙市,,,2006年3月1日、乙町(00102)が丙市(00201)に市制施行",
    )
    assert told == {("2006-03-01", "merge", "00101", "00201"), ("2006-03-01", "merge", "00102", "00201")}
    assert count == [2, 0, 0]


def test_a_merger_that_keeps_the_code_does_not_date_a_rename(tmp_path):
    merger = "2007年4月1日、砂原町(01344)、森町(01345)が合併し、森町(01345)を新設"
    told, _ = events(tmp_path, f"1,1345,1345,1345,渡島支庁 森町,渡島支庁 森町,渡島局 森町,{merger},,")
    assert told == {("2010", "rename", "01345", "01345")}


def test_a_town_under_its_own_code(tmp_path):
    told, _ = events(
        tmp_path,
        "1,1343,1343,1343,鹿部村,鹿部町,鹿部町,,,2003年12月1日、鹿部村(01343)が鹿部町(01343)に町制施行",
    )
    assert told == {("2003-12-01", "upgrade", "01343", "01343")}
