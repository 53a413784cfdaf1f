"""Alerts about duty: who is told of shifts, handovers, leave and stand-ins, and in which words."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.relay import relay
from notices.models import Alert
from teams import workflow
from teams.models import Duty, Handover
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it", name=name) for name in ("甲工", "乙工", "丙工")]


@pytest.fixture
def roster(people):
    return making.roster(layer(people[0].pk, people[1].pk), name="信息一线")


def told(event):
    """`{name: text}` of those who were told of the last entry of this event, after a relay."""
    relay()
    entry = Entry.objects.filter(event=event).latest("pk")
    alerts = Alert.objects.filter(entry=entry).select_related("person")
    assert all(alert.incident is None for alert in alerts)
    return {alert.person.name: alert.text for alert in alerts}


def asked_stand_in(roster, people):
    duty = Duty.objects.filter(roster=roster, person=people[0], starts_at__gt=local(1))
    first = duty.order_by("starts_at")[0]
    return workflow.ask_stand_in(
        roster.pk,
        by=people[0],
        stand_in=people[2],
        starts_at=first.starts_at,
        ends_at=first.ends_at,
        reason="家里有事",
    )


def test_before_a_shift_its_person_is_told_when_and_where(people, roster):
    making.change(roster, remind_minutes=24 * 60)
    relay()
    workflow.remind()
    (said,) = told("duty.soon").items()
    coming = Duty.objects.get(starts_at=local(1))
    assert said[0] == coming.person.name
    assert f"您 {local(1):%m-%d} 00:00 起在「信息一线」值班，到 {local(2):%m-%d} 00:00" == said[1]


def test_whose_shifts_moved_is_told_what_went_and_what_came(people, roster):
    ask = asked_stand_in(roster, people)
    workflow.accept_stand_in(ask.pk, by=people[2])
    workflow.approve_stand_in(ask.pk, by=make.person("admin"))
    said = told("duty.moved")
    span = f"{timezone.localtime(ask.starts_at):%m-%d} 00:00"
    assert set(said) == {"甲工", "丙工"}
    assert f"不再值 {span}" in said["甲工"]
    assert f"新增 {span}" in said["丙工"]


def test_a_change_of_everything_is_told_in_few_words(people, roster):
    making.change(roster, layers=(layer(people[2].pk),))
    said = told("duty.moved")
    assert "另有" in said["甲工"]
    assert len(said["甲工"]) <= 300


def test_both_sides_of_a_change_of_shift_are_told_what_to_do(people, roster):
    Duty.objects.filter(roster=roster).delete()
    now = timezone.now()
    for person, start, end in ((people[0], -60, 20), (people[1], 20, 600)):
        Duty.objects.create(
            roster=roster,
            person=person,
            starts_at=now + datetime.timedelta(minutes=start),
            ends_at=now + datetime.timedelta(minutes=end),
            shift="x",
            shift_on=now.date(),
            source="layer",
            compiled_at=now,
        )
    workflow.remind()
    said = told("handover.open")
    assert "请向乙工交班" in said["甲工"]
    assert "请从甲工接班" in said["乙工"]
    alert = Alert.objects.get(entry__event="handover.open", person=people[0])
    assert alert.url == f"/duty/handovers/{Handover.objects.get().pk}/"


def test_an_unconfirmed_handover_tells_both_sides_and_the_heads(people):
    making.handover(people[0], people[1], minutes=-40)
    workflow.remind()
    names = set(told("handover.unconfirmed"))
    assert {"甲工", "乙工", "孙主任"} <= names
    assert not {"丙工", "钱院长", "魏工"} & names


def test_leave_is_asked_of_the_heads_and_answered_to_the_person(people, roster):
    leave = workflow.ask_leave(by=people[0], starts_at=local(3), ends_at=local(4), reason="年休假")
    said = told("leave.ask")
    assert "孙主任" in said
    assert not {"甲工", "华主任", "魏工"} & set(said)
    assert "年休假" in said["孙主任"]
    workflow.refuse_leave(leave.pk, by=make.person("fault_head"), reason="那天要升级")
    assert "那天要升级" in told("leave.refuse")["甲工"]


def test_where_nobody_heads_the_persons_groups_administrators_decide():
    make.hospital()
    alone = make.new_person("department")
    workflow.ask_leave(by=alone, starts_at=local(3), ends_at=local(4), reason="年休假")
    assert set(told("leave.ask")) == {"魏工"}


def test_approved_leave_is_answered_to_the_person(people):
    leave = workflow.ask_leave(by=people[2], starts_at=local(3), ends_at=local(4), reason="年休假")
    workflow.approve_leave(leave.pk, by=make.person("admin"))
    assert set(told("leave.approve")) == {"丙工"}


def test_a_stand_in_is_asked_then_the_heads_then_everybody_hears(people, roster):
    ask = asked_stand_in(roster, people)
    assert set(told("stand_in.ask")) == {"丙工"}
    workflow.accept_stand_in(ask.pk, by=people[2])
    said = set(told("stand_in.accept"))
    assert "孙主任" in said
    assert not {"甲工", "丙工"} & said
    workflow.refuse_stand_in(ask.pk, by=make.person("fault_head"), reason="那天要升级")
    said = told("stand_in.refuse")
    assert set(said) == {"甲工", "丙工"}
    assert "那天要升级" in said["甲工"]


def test_a_swap_asks_the_colleague_with_what_they_get_in_exchange(people, roster):
    mine, theirs = (
        Duty.objects.filter(person=person, starts_at__gt=local(1)).order_by("starts_at")[0]
        for person in people[:2]
    )
    workflow.ask_swap(
        roster.pk,
        by=people[0],
        starts_at=mine.starts_at,
        ends_at=mine.ends_at,
        other=people[1],
        other_starts_at=theirs.starts_at,
        other_ends_at=theirs.ends_at,
        reason="家里有事",
    )
    (said,) = told("stand_in.ask_swap").items()
    assert said[0] == "乙工"
    assert f"换 {timezone.localtime(theirs.starts_at):%m-%d}" in said[1]
