"""Scenarios as files: what is wrong is said by its line; nothing comes in twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from drills import library, reading, workflow
from drills.models import ScenarioFile
from drills.scenario import load
from journal.refusals import Conflict, Incomplete, NotAllowed
from tests import make

BUILT_IN = [entry.slug for entry in library.built_in()]
GOOD = """title: 自助机全部停用
fault: {type: system_crash, component: software, grade: Ⅲ}
services: [自助机]
steps:
  - {at: 0, who: cs, does: report, text: "六台自助机都黑屏", location: 门诊大厅}
  - {at: 5, who: it, does: acknowledge}
"""


@pytest.mark.parametrize("slug", BUILT_IN)
def test_those_built_in_are_in_order_and_say_what_the_play_reads(slug):
    entry = next(entry for entry in library.built_in() if entry.slug == slug)
    played = load(slug)
    assert [(step.at, step.does) for step in entry.scenario.steps] == [
        (step.at, step.does) for step in played.steps
    ]


@pytest.mark.parametrize(
    ("wrong", "line", "words"),
    [
        (("grade: Ⅲ", "grade: 3"), 2, "Ⅰ、Ⅱ、Ⅲ、Ⅳ"),
        (("acknowledge", "acknowlege"), 6, "acknowledge"),
        (("location", "locaton"), 5, "location"),
        (("at: 5", "at: 五"), 6, "at: 10"),
        (("at: 0", "at: 9"), 6, "9"),
        (("services: [自助机]", "services:"), 3, "services"),
        (("{at: 5,", "{at: 5"), 6, "}"),
        (("title: 自助机全部停用", "titel: 自助机全部停用"), 1, "title"),
        (("does: report, ", "does: alert, "), 5, "report"),
        (("[自助机]", "&a [自助机]"), 3, "&"),
        (("at: 5, who: it,", "at: 5, who: it, who: cs,"), 6, "who"),
        (("自助机全部停用", "!!bool maybe"), 1, "!"),
        (("grade: Ⅲ", 'grade: Ⅲ, area: !!float ""'), 2, "!"),
        (("grade: Ⅲ", "grade: Ⅲ, since: !!timestamp x"), 2, "!"),
        (("at: 5", "at: " + "9" * 400), 6, "at: 10"),
        (("[自助机]", "[" * 480 + "]" * 480), 3, "太深"),
        (("location: 门诊大厅", "location: 门诊大厅, waiting: 很多"), 5, "waiting: 35"),
        (("location: 门诊大厅", "location: 门诊大厅, waiting: -1"), 5, "waiting: 35"),
        (("who: it", "who: it, name: " + "长" * 81), 6, "80"),
        (("六台", "\\0台"), 5, "不能保存"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_what_would_be_right(wrong, line, words):
    found = reading.read(GOOD.replace(*wrong))
    assert found.scenario is None
    assert any(
        problem.line == line and words in problem.what + problem.right for problem in found.problems
    ), [str(problem) for problem in found.problems]


@given(some.text(max_size=200))
def test_no_text_at_all_breaks_the_reader(text):
    found = reading.read(text)
    assert (found.scenario is None) == bool(found.problems)


@given(some.integers(0, len(GOOD)), some.sampled_from("{}[]:,-\"'&*!|>%@`\t\n #0"))
def test_a_slip_anywhere_breaks_nothing(place, slip):
    found = reading.read(GOOD[:place] + slip + GOOD[place:])
    assert (found.scenario is None) == bool(found.problems)


def test_a_day_that_no_calendar_has_stays_text():
    found = reading.read(GOOD.replace("software", "2026-13-45"))
    assert found.scenario.fault["component"] == "2026-13-45"


def client_of(who):
    client = Client()
    client.force_login(make.person(who))
    return client


@pytest.mark.django_db
def test_a_file_comes_in_once_and_goes_out_as_it_was():
    made = workflow.upload_scenario(by=make.person("admin"), text=GOOD, name="kiosks.yaml")
    assert made.slug == "kiosks"
    with pytest.raises(Conflict):
        workflow.upload_scenario(by=make.person("admin"), text=GOOD + "  \n", name="others")
    changed = GOOD.replace("六台", "七台")
    with pytest.raises(Conflict) as refused:
        workflow.upload_scenario(by=make.person("admin"), text=changed, name="kiosks")
    assert "name" in refused.value.fields
    assert ScenarioFile.objects.count() == 1
    answer = client_of("admin").get(reverse("drills:scenario_file", args=["kiosks"]))
    assert answer.content.decode() == GOOD
    assert "kiosks.yaml" in answer["Content-Disposition"]


@pytest.mark.django_db
def test_numbers_where_names_are_expected_make_a_drill():
    text = (
        GOOD
        + "  - {at: 6, who: leader, does: command, orders: [{to: 5, text: 3, minutes: 4}]}\n"
        + "  - {at: 7, who: logistics, does: issue, supplies: [{item: 110, quantity: 4}]}\n"
    )
    make.hospital()
    leader = make.person("leader")
    workflow.upload_scenario(by=leader, text=text, name="numbers")
    facts = {"name": "数字", "kind": "tabletop", "scenario": "numbers"}
    made = workflow.create_drill(by=leader, **facts)
    assert made.expected.get(event="supply.issue").text == "发放物资：110"
    workflow.retire_scenario(ScenarioFile.objects.get().pk, by=leader)
    with pytest.raises(Incomplete, match="停用"):
        workflow.create_drill(by=leader, **facts)


@pytest.mark.django_db
def test_one_that_is_built_in_does_not_come_in_again():
    with pytest.raises(Conflict):
        workflow.upload_scenario(
            by=make.person("admin"), text=library.built_in()[0].text, name="mine"
        )


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["cs", "it", "department", "auditor"])
def test_only_who_plans_drills_brings_scenarios_in(who):
    with pytest.raises(NotAllowed):
        workflow.upload_scenario(by=make.person(who), text=GOOD, name="kiosks")
    assert not ScenarioFile.objects.exists()


@pytest.mark.django_db
def test_out_of_use_it_is_no_longer_offered_but_still_there():
    made = workflow.upload_scenario(by=make.person("admin"), text=GOOD, name="kiosks")
    workflow.retire_scenario(made.pk, by=make.person("admin"))
    assert "kiosks" not in [slug for slug, _title in library.choices()]
    assert library.find("kiosks")
    with pytest.raises(Conflict):
        workflow.retire_scenario(made.pk, by=make.person("admin"))


@pytest.mark.django_db
def test_the_page_says_each_line_and_loses_nothing():
    file = SimpleUploadedFile("kiosks.yaml", GOOD.replace("grade: Ⅲ", "grade: 3").encode())
    client = client_of("leader")
    answer = client.post(reverse("drills:upload_scenario"), {"file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 2 行" in page
    assert "六台自助机都黑屏" in page
    file = SimpleUploadedFile("kiosks.yaml", GOOD.encode())
    answer = client.post(reverse("drills:upload_scenario"), {"file": file}, follow=True)
    assert "六台自助机都黑屏" in answer.content.decode()


@pytest.mark.django_db
def test_bytes_that_are_no_text_are_refused_in_words():
    file = SimpleUploadedFile("kiosks.yaml", b"\xff\xfe\x00t")
    answer = client_of("leader").post(reverse("drills:upload_scenario"), {"file": file})
    assert answer.status_code == 422
    assert "UTF-8" in answer.content.decode()
