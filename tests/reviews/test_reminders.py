"""Reminders of measures, and telling the leading group of what stays undone (P17)."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.relay import relay
from notices.models import Alert
from reviews import workflow
from reviews.models import ActionItem, ActionReminder
from reviews.workflow import reminding
from reviews.workflow.reminding import stage_of
from tests import make
from tests.reviews import written

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day(monkeypatch):
    """Reminders wait for the morning; these tests run at any hour."""
    monkeypatch.setattr(reminding, "OPENS", 0)


def due_in(item, days):
    due_on = timezone.localdate() + datetime.timedelta(days=days)
    ActionItem.objects.filter(pk=item.pk).update(due_on=due_on)


def stages():
    return list(ActionReminder.objects.values_list("stage", "ordinal"))


def told():
    """Who was told of reminders, by username, since the last time."""
    Alert.objects.all().delete()
    while relay():
        pass
    return set(
        Alert.objects.filter(entry__event__startswith="review.action_").values_list(
            "person__username", flat=True
        )
    )


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        *((7, ("soon", 0)), (1, ("soon", 0)), (0, ("last", 0)), (-1, ("overdue", 0))),
        *((-2, ("overdue", 0)), (-3, ("escalated", 0)), (-9, ("escalated", 0))),
        *((-10, ("escalated", 1)), (-17, ("escalated", 2))),
    ],
)
def test_the_stage_follows_from_the_days(days, stage):
    today = datetime.date(2026, 11, 26)
    assert stage_of(today + datetime.timedelta(days=days), today) == stage


def test_each_stage_is_told_once_and_to_more_people_each_time():
    item = written.owed(department=make.department("门诊收费处"), person=make.person("chuangkou"))
    assert workflow.remind_of_actions() == 0
    due_in(item, 6)
    assert (workflow.remind_of_actions(), workflow.remind_of_actions()) == (1, 0)
    assert told() == {"chuangkou"}
    due_in(item, -1)
    assert workflow.remind_of_actions() == 1
    assert told() == {"chuangkou", "shoufei"}
    due_in(item, -4)
    assert workflow.remind_of_actions() == 1
    assert {"chuangkou", "shoufei", "yuanzhang", "xinxi"} <= told()
    assert stages() == [("soon", 0), ("overdue", 0), ("escalated", 0)]
    assert Entry.objects.filter(event="review.action_escalated").get().facts["days"] == 4


def test_where_nobody_is_named_the_head_of_the_department_is_told():
    item = written.owed(department=make.department("门诊收费处"))
    due_in(item, 0)
    workflow.remind_of_actions()
    assert told() == {"shoufei"}


def test_what_is_done_or_only_a_draft_is_left_alone():
    due_in(written.action(written.reviewing()), -5)
    done = written.owed()
    workflow.finish_action(done.pk, by=make.person("it"), proof="已办")
    due_in(done, -5)
    assert workflow.remind_of_actions() == 0


def test_a_new_date_begins_anew():
    item = written.owed()
    due_in(item, 3)
    workflow.remind_of_actions()
    workflow.postpone_action(
        item.pk,
        by=make.person("leader"),
        due_on=timezone.localdate() + datetime.timedelta(days=5),
        reason="备件未到",
    )
    assert workflow.remind_of_actions() == 1
    assert stages() == [("soon", 0), ("soon", 0)]


def test_at_night_nobody_is_reminded(monkeypatch):
    due_in(written.owed(), -1)
    monkeypatch.setattr(reminding, "OPENS", 24)
    assert workflow.remind_of_actions() == 0
    assert not ActionReminder.objects.exists()


def test_the_owner_learns_of_it_with_the_receipt():
    item = written.owed(department=make.department("门诊收费处"), person=make.person("chuangkou"))
    while relay():
        pass
    alert = Alert.objects.get(entry__event="review.give_action")
    assert alert.person == make.person("chuangkou")
    assert alert.url == item.get_absolute_url()
