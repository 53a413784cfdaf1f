"""The holiday table: filled from what was published, corrected by hand, followed by calendars."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Incomplete, NotAllowed
from teams import workflow
from teams.models import Day, Duty
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db


def day(text):
    return Day.objects.filter(date=text).values_list("is_working", flat=True).first()


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-01-01", False),
        ("2026-01-02", False),  # off, worked on the Sunday instead
        ("2026-01-03", False),  # a Saturday that touches the holiday is one block with it
        ("2026-01-04", True),  # the Sunday that is worked
        ("2026-02-14", True),
        ("2026-02-22", False),
        ("2026-02-24", None),
        ("2026-10-04", False),  # a Sunday between two holidays
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-07-04", None),  # an ordinary Saturday
    ],
)
def test_the_published_arrangement_of_a_year(text, works):
    workflow.fill_holidays(by=None, years=[2026])
    assert day(text) == works


def test_filling_again_changes_nothing_and_leaves_what_was_written_by_hand():
    admin = make.person("admin")
    assert workflow.fill_holidays(by=admin, years=[2026]) > 30
    workflow.set_day(datetime.date(2026, 1, 4), by=admin, is_working=False, name="不上班")
    assert workflow.fill_holidays(by=admin, years=[2026]) == 0
    assert day("2026-01-04") is False
    assert Entry.objects.filter(event="holidays.fill").count() == 1


def test_filling_takes_back_what_is_no_longer_published():
    Day.objects.create(date="2026-07-06", is_working=False, name="旧", source="published")
    workflow.fill_holidays(by=None, years=[2026])
    assert day("2026-07-06") is None


def test_calendars_follow_the_table():
    people = [make.new_person("it").pk for _number in range(2)]
    roster = making.roster(
        making.layer(people[0], days="workday"), making.layer(people[1], days="restday")
    )
    admin = make.person("admin")
    date = timezone.localdate() + datetime.timedelta(days=20)
    while date.weekday() > 4:
        date += datetime.timedelta(days=1)

    def serves():
        return Duty.objects.get(roster=roster, shift_on=date).person_id

    assert serves() == people[0]
    workflow.set_day(date, by=admin, is_working=False, name="院庆")
    assert serves() == people[1]
    workflow.clear_day(date, by=admin)
    assert serves() == people[0]
    assert Entry.objects.filter(event="duty.moved").count() == 2


def test_only_administrators_write_the_table():
    date = datetime.date(2026, 8, 3)
    for who in ("it", "leader", "fault_head", "auditor"):
        with pytest.raises(NotAllowed):
            workflow.set_day(date, by=make.person(who), is_working=False, name="院庆")
        with pytest.raises(NotAllowed):
            workflow.clear_day(date, by=make.person(who))
        with pytest.raises(NotAllowed):
            workflow.fill_holidays(by=make.person(who), years=[2026])
    with pytest.raises(Incomplete):
        workflow.set_day(date, by=make.person("admin"), is_working=False, name=" ")
    assert not Day.objects.exists()
