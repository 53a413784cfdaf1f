"""The difference between two versions: clause by clause, value by value, and nothing else."""

import copy

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from plans import form
from plans.difference import ADDED, CHANGED, MOVED, REMOVED, compare, words
from plans.fitting import EXAMPLE
from plans.yaml_form import parse
from tests.plans.test_yaml_form import ExampleNames
from tests.plans.versions import versions

BEFORE = form.fit(parse(EXAMPLE.read_text(encoding="utf-8")), ExampleNames())


def changed(change):
    after = copy.deepcopy(BEFORE)
    change(after)
    return compare(BEFORE, after)


def test_equal_versions_differ_in_nothing():
    assert compare(BEFORE, copy.deepcopy(BEFORE)) == []


def test_a_value_is_told_with_what_it_was():
    (found,) = changed(lambda value: value["grades"][0].update(restore=90))
    assert (found.part, found.kind, found.place_before) == ("grades", CHANGED, 1)
    assert [(one.field, one.before, one.after) for one in found.changes] == [("restore", 120, 90)]


def test_a_clause_put_in_between_is_one_addition_and_the_rest_is_renumbered():
    before = copy.deepcopy(BEFORE)
    before["sections"] = [part for part in before["sections"] if "." not in part["number"]]
    after = copy.deepcopy(before)
    after["sections"].insert(2, {**before["sections"][0], "title": "新的一条", "body": "说明"})
    for place, section in enumerate(after["sections"], start=1):
        section["number"] = str(place)

    found = compare(before, after)
    assert [one.title for one in found if one.kind == ADDED] == ["3 新的一条"]
    rest = [one for one in found if one.kind != ADDED]
    assert len(rest) == len(before["sections"]) - 2
    assert all([change.field for change in one.changes] == ["number"] for one in rest)


def test_a_clause_under_a_new_title_is_still_the_clause():
    (found,) = changed(lambda value: value["sections"][3].update(title="领导小组"))
    assert found.kind == CHANGED
    assert [one.field for one in found.changes] == ["title"]


def test_a_rung_that_was_moved_is_told_as_moved():
    def change(value):
        rungs = value["ladders"]["2"]
        rungs.append(rungs.pop(1))

    (found,) = changed(change)
    assert (found.kind, found.key, found.place_before, found.place_after) == (MOVED, "2", 2, 6)


def test_an_item_removed_and_one_added_are_two():
    def change(value):
        value["checklists"]["network"][1] = ["广播通知各楼层改用电话", "念两遍"]

    found = changed(change)
    assert [(one.kind, one.title) for one in found] == [
        (ADDED, "广播通知各楼层改用电话"),
        (REMOVED, "更换硬件"),
    ]


def test_a_whole_ladder_that_goes_is_told_rung_by_rung():
    found = changed(lambda value: value["ladders"].pop("4"))
    assert {one.kind for one in found} == {REMOVED}
    assert len(found) == len(BEFORE["ladders"]["4"])


@given(versions(), versions())
@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_nothing_is_different_only_between_equal_versions(one, other):
    assert bool(compare(one, other)) == (one != other)
    backwards = {difference.kind for difference in compare(other, one)}
    assert (ADDED in backwards) == (REMOVED in {found.kind for found in compare(one, other)})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "新的"),
        ("旧的", ""),
        ("第一行\n第二行\n第三行", "第一行\n第 2 行\n第三行\n第四行"),
        ("十分钟内确认", "五分钟内确认收到"),
    ],
)
def test_both_texts_can_be_read_out_of_their_difference(before, after):
    pairs = words(before, after)
    assert "".join(text for sort, text in pairs if sort != "added") == before
    assert "".join(text for sort, text in pairs if sort != "removed") == after


def test_one_changed_word_is_shown_as_one_word():
    assert words("收到报告后十分钟内确认故障。", "收到报告后五分钟内确认故障。") == [
        ("same", "收到报告后"),
        ("removed", "十"),
        ("added", "五"),
        ("same", "分钟内确认故障。"),
    ]
