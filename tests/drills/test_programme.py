"""年度演练计划: who plans, what is said when it is due, what a refusal leaves behind."""

import uuid
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from drills import workflow
from drills.models import Drill, PlannedDrill, Programme
from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from journal.relay import relay
from notices.models import Alert
from tests import make
from tests.drills.practising import drill, planned

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["cs", "it", "department", "auditor"])
def test_only_heads_of_groups_and_administrators_plan(who):
    with pytest.raises(NotAllowed):
        planned(by=make.person(who))
    assert not PlannedDrill.objects.exists()
    assert not Programme.objects.exists()


def test_a_form_sent_twice_plans_one_drill():
    mark = uuid.uuid4()
    assert planned(client_uuid=mark) == planned(client_uuid=mark)
    assert PlannedDrill.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"type": "party"}, "type"),
        ({"month": 13}, "month"),
        ({"scenario": "unknown"}, "scenario"),
        ({"year": 1999}, "year"),
    ],
)
def test_what_is_missing_is_said_at_its_field(facts, field):
    with pytest.raises(Incomplete) as refused:
        planned(**facts)
    assert field in refused.value.fields
    assert not PlannedDrill.objects.exists()


def test_what_is_due_and_what_is_overdue_is_said_once_to_who_is_responsible():
    row = planned(year=2026, month=3)
    with time_machine.travel("2026-02-27 10:00+08:00"):
        assert workflow.watch() == 0
    with time_machine.travel("2026-03-02 10:00+08:00"):
        assert workflow.watch() == 1
        assert workflow.watch() == 0
        assert PlannedDrill.objects.get(pk=row.pk).is_due
    with time_machine.travel("2026-04-01 10:00+08:00"):
        assert workflow.watch() == 1
        assert workflow.watch() == 0
        assert PlannedDrill.objects.get(pk=row.pk).is_overdue
    while relay():
        pass
    texts = Alert.objects.filter(person=row.responsible).values_list("text", flat=True)
    assert [text for text in texts if "逾期" in text]


def test_another_month_is_said_anew():
    row = planned(year=2026, month=3)
    with time_machine.travel("2026-03-02 10:00+08:00"):
        workflow.watch()
    workflow.change_planned(row.pk, by=make.person("leader"), month=5)
    with time_machine.travel("2026-05-02 10:00+08:00"):
        assert workflow.watch() == 1


def test_an_older_version_changes_nothing():
    row = planned()
    workflow.change_planned(row.pk, by=make.person("leader"), version=1, name="新名称")
    with pytest.raises(Conflict):
        workflow.cancel_planned(row.pk, by=make.person("leader"), version=1, reason="x")
    assert PlannedDrill.objects.get(pk=row.pk).cancelled_at is None


def test_who_is_responsible_notes_that_it_was_held():
    row = planned(year=2026, month=3, responsible=make.person("it"))
    with pytest.raises(NotAllowed):
        workflow.note_held(row.pk, by=make.person("cs"), held_on=date(2026, 3, 4), note="全员到位")
    with pytest.raises(Incomplete):
        workflow.note_held(row.pk, by=make.person("it"), held_on=date(2025, 3, 4), note="全员到位")
    with time_machine.travel("2026-03-05 10:00+08:00"):
        workflow.note_held(row.pk, by=make.person("it"), held_on=date(2026, 3, 4), note="全员到位")
    with pytest.raises(Conflict):
        workflow.cancel_planned(row.pk, by=make.person("leader"), reason="x")
    assert Entry.objects.filter(stream="programme:2026", event="programme.held").count() == 1


def client_of(who):
    client = Client()
    client.force_login(make.person(who))
    return client


def test_the_page_says_what_is_overdue_and_asks_few_questions(django_assert_max_num_queries):
    for month in (1, 1, 2):
        planned(year=2020, month=month)
    client = client_of("leader")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("drills:programme") + "?year=2020").content.decode()
    assert page.count("门诊收费中断演练") == 3
    assert "3 次演练逾期" in page


def test_who_may_play_sees_neither_programme_nor_scenarios():
    row = planned()
    for who in ("cs", "it", "department"):
        for url in (reverse("drills:programme"), reverse("drills:scenarios")):
            assert client_of(who).get(url).status_code == 403
        assert client_of(who).get(row.get_absolute_url()).status_code == 403


def test_a_stale_form_shows_what_changed_and_keeps_what_was_typed():
    row = planned()
    workflow.change_planned(row.pk, by=make.person("leader"), name="别人改的")
    form = {
        "version": 1,
        "name": "我改的",
        "type": "tabletop",
        "month": 4,
        "responsible": make.person("it").pk,
    }
    answer = client_of("leader").post(row.get_absolute_url(), form)
    assert answer.status_code == 409
    assert "别人改的" in answer.content.decode()
    assert "我改的" in answer.content.decode()


def test_a_page_that_came_too_late_may_be_sent_again_as_it_is(client):
    row, leader = planned(), make.person("leader")
    client.force_login(leader)
    url = reverse("drills:planned_verb", args=[row.pk, "cancel"])
    said = {"version": row.version, "reason": "设备没到"}
    workflow.change_planned(row.pk, by=leader, version=row.version, note="改到下午")
    late = client.post(url, said)
    assert late.status_code == 409
    row.refresh_from_db()
    assert f'name="version" value="{row.version}"' in late.content.decode()
    assert "设备没到" in late.content.decode()
    assert client.post(url, said | {"version": row.version}).status_code == 302


def test_a_call_down_of_the_programme_becomes_no_drill():
    row = planned(type="call_down")
    with pytest.raises(Incomplete) as refused:
        drill(planned=row)
    assert "planned" in refused.value.fields
    assert not Drill.objects.exists()
