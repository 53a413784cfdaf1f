"""Rules of rosters: who may edit them, what is refused, and undo."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import workflow
from teams.models import Duty, Roster, RosterEdit
from teams.rules import RosterRules, as_plain, from_plain, rules_of
from tests import make
from tests.teams import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster():
    make.hospital()
    people = [make.new_person("it").pk for _number in range(3)]
    return making.roster(
        making.layer(*people, begins="20:30", minutes=690, name="夜班"),
        making.layer(*people, days="weekdays", weekdays=96, kind="fixed", position=3),
        name="信息一线",
        minimum_rest_hours=11,
        remind_minutes=None,
    )


def test_rules_come_back_from_the_database_and_from_a_snapshot_as_they_were(roster):
    rules = rules_of(roster)
    assert rules.layers[0].begins == datetime.time(20, 30)
    assert rules.layers[1].weekdays == 96
    assert (rules.minimum_rest_hours, rules.remind_minutes) == (11, None)
    assert from_plain(as_plain(rules)) == rules
    assert rules_of(Roster.objects.get()) == rules


def test_only_administrators_make_and_change_rosters(roster):
    rules = rules_of(roster).changed(name="换名")
    for who in ("it", "fault_head", "leader", "auditor"):
        person = make.person(who)
        with pytest.raises(NotAllowed):
            workflow.create_roster(by=person, group=roster.group, rules=rules)
        with pytest.raises(NotAllowed):
            workflow.change_roster(roster.pk, by=person, rules=rules)
        with pytest.raises(NotAllowed):
            workflow.undo_roster(roster.pk, by=person)
    assert list(Roster.objects.values_list("name", "version")) == [("信息一线", 1)]


def test_a_change_is_recorded_with_what_changed(roster):
    rules = rules_of(roster)
    night = rules.layers[0]
    changed = rules.changed(
        name="信息部一线", layers=(making.layer(*night.people, name="夜班"), rules.layers[1])
    )
    workflow.change_roster(
        roster.pk, by=make.person("admin"), rules=changed, version=1, accept_conflicts="试排"
    )
    entry = Entry.objects.get(event="roster.change")
    assert entry.facts["changed"] == ["名称", "夜班"]
    assert rules_of(Roster.objects.get()) == changed
    assert Roster.objects.get().version == 2


def test_the_same_rules_again_are_no_edit(roster):
    workflow.change_roster(roster.pk, by=make.person("admin"), rules=rules_of(roster))
    assert not RosterEdit.objects.exists()


def test_an_older_version_is_refused(roster):
    rules, admin = rules_of(roster), make.person("admin")
    workflow.change_roster(roster.pk, by=admin, rules=rules.changed(position=2), version=1)
    with pytest.raises(Conflict):
        workflow.change_roster(roster.pk, by=admin, rules=rules.changed(position=3), version=1)
    assert Roster.objects.get().position == 2


def test_undo_takes_back_edit_after_edit_and_then_says_so(roster):
    admin = make.person("admin")
    first = rules_of(roster)
    second = first.changed(layers=first.layers[:1])
    third = second.changed(name="改名", layers=())
    making.change(roster, layers=second.layers)
    making.change(roster, name=third.name, layers=third.layers)
    assert not Duty.objects.filter(starts_at__gt=timezone.now()).exists()
    workflow.undo_roster(roster.pk, by=admin, accept_conflicts="照旧")
    assert rules_of(Roster.objects.get()) == second
    workflow.undo_roster(roster.pk, by=admin, accept_conflicts="照旧")
    assert rules_of(Roster.objects.get()) == first
    with pytest.raises(Conflict):
        workflow.undo_roster(roster.pk, by=admin, accept_conflicts="照旧")
    assert Duty.objects.filter(starts_at__gt=timezone.now()).exists()
    assert Entry.objects.filter(event="roster.undo").count() == 2


def test_a_roster_out_of_use_has_nobody_on_duty(roster):
    making.change(roster, is_active=False)
    assert not Duty.objects.filter(ends_at__gt=timezone.now()).exists()


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("layer", {"name": " "}),
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": 7 * 24 * 60 + 1}),
        ("ends_on", {"ends_on": "2025-12-31"}),
        ("turn_every", {"turn_every": 0}),
        ("at_once", {"at_once": 0}),
        ("weekdays", {"days": "weekdays"}),
        ("weekdays", {"weekdays": 3}),
    ],
)
def test_a_shift_that_cannot_be_is_refused_at_its_field(roster, field, facts):
    person = make.person("it").pk
    rules = RosterRules(name="新", layers=(making.layer(person, **facts),))
    with pytest.raises(Incomplete) as refused:
        workflow.create_roster(by=make.person("admin"), group=roster.group, rules=rules)
    assert list(refused.value.fields) == [field]
    assert Roster.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "rules"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "信息一线"}),
        ("position", {"position": 0}),
        ("people", {"layers": (making.layer(),)}),
        ("people", {"layers": (making.layer(987654),)}),
    ],
)
def test_a_roster_that_cannot_be_is_refused_at_its_field(roster, field, rules):
    with pytest.raises(Incomplete) as refused:
        workflow.create_roster(
            by=make.person("admin"),
            group=roster.group,
            rules=RosterRules(**{"name": "新"} | rules),
        )
    assert list(refused.value.fields) == [field]
    assert Roster.objects.count() == 1


def test_nobody_who_has_left_is_put_on_a_roster(roster):
    gone = make.new_person("it", is_active=False)
    rules = rules_of(roster).changed(layers=(making.layer(gone.pk),))
    with pytest.raises(Incomplete):
        workflow.change_roster(roster.pk, by=make.person("admin"), rules=rules)
