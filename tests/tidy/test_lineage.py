"""Units through time: real changes of code, name and rank, from the list of divisions."""

from __future__ import annotations

import pytest

from analysis.codebook import read_rows
from analysis.text.divisions import read_places
from analysis.tidy.lineage import find_unit

#: Its successor is in no source at hand.
UNKNOWN = {("130103", "桥东区")}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("110228", 2014), ("110118", 2020)),  # county to district: 密云
        (("130230", 2011), ("130209", 2020)),  # county to district under another name: 唐海, 曹妃甸
        (("320803", 2010), ("320803", 2020)),  # renamed: 楚州, 淮安
        (("220381", 2019), ("220184", 2020)),  # to another prefecture: 公主岭
        (("542421", 2016), ("540602", 2020)),  # county of a former prefecture: 那曲县, 色尼区
        (("371202", 2015), ("370116", 2020)),  # district of a dissolved prefecture: 莱城, 莱芜
        (("360402", 2015), ("360402", 2016)),  # 庐山区 is 濂溪区, not the 庐山市 of the next year
        (("360427", 2015), ("360483", 2016)),  # that is 星子县
        (("522400", 2010), ("520500", 2011)),  # a prefecture: 毕节
        (("500222", 2010), ("500110", 2011)),  # a code that stood for another unit before: 綦江
    ],
)
def test_a_unit_is_one_through_changes(before: tuple[str, int], after: tuple[str, int]) -> None:
    one, other = find_unit(*before), find_unit(*after)
    assert one == other
    assert one.unit_id == before[0]
    assert one.adcode_now == after[0]


def test_a_code_that_is_used_again_is_another_unit() -> None:
    assert find_unit("500110", 2010).unit_id == "500110"
    assert find_unit("500110", 2011).unit_id == "500222"


def test_merged_counties_keep_their_own_past() -> None:
    luwan, huangpu = find_unit("310103", 2010), find_unit("310101", 2012)
    assert (luwan.unit_id, luwan.adcode_now, luwan.merged_into) == ("310103", "", ("310101",))
    assert (huangpu.adcode_now, huangpu.absorbed) == ("310101", ((2011, "310103"),))
    qinghe, qingpu, new = (find_unit(*at) for at in (("320802", 2015), ("320811", 2015), ("320812", 2016)))
    assert len({qinghe.unit_id, qingpu.unit_id, new.unit_id}) == 3  # both names ended: a new unit begins
    assert new.absorbed == ((2016, "320802"), (2016, "320811"))
    assert find_unit("130521", 2019).merged_into == ("130502", "130503")  # divided between two


def test_a_report_on_the_year_before_a_change_may_bear_the_new_code() -> None:
    assert find_unit("110118", 2014) == find_unit("110118", 2015)


def test_a_code_of_no_list_is_a_unit_of_its_own() -> None:
    assert find_unit("990001", 2020) == find_unit("990001")
    assert find_unit("990001").unit_id == "990001"


def test_every_unit_that_ended_has_gone_somewhere_and_ids_are_of_one_unit() -> None:
    places = read_places()
    units = {(place.adcode, place.name, place.first): find_unit(place.adcode, place.first) for place in places}
    lost = {
        (place.adcode, place.name)
        for place in places
        if place.last != 9999
        and not (unit := units[place.adcode, place.name, place.first]).adcode_now
        and not unit.merged_into
    }
    assert lost == UNKNOWN
    alive: dict[str, list[str]] = {}
    for place in places:
        if place.last == 9999:
            alive.setdefault(units[place.adcode, place.name, place.first].unit_id, []).append(place.adcode)
    assert all(len(codes) == 1 for codes in alive.values())


def test_successions_are_of_the_list_and_carry_their_source() -> None:
    places = {(place.adcode, place.name): place for place in read_places()}
    for row in read_rows("tidy/successions"):
        before, after = places[row["adcode"], row["name"]], places[row["to_adcode"], row["to_name"]]
        assert before.last + 1 == int(row["year"])
        assert after.first <= int(row["year"]) <= after.last
        assert row["goes_on"] in {"yes", "no"}
        assert row["source"]
