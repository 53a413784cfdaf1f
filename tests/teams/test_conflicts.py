"""What a change would break is told before it is saved, and saved only with a reason."""

import datetime

import pytest

from journal.models import Entry
from teams import workflow
from teams.conflicts import ConflictsFound, Kind
from teams.models import Duty, Roster
from teams.rules import RosterRules, rules_of
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db

DAY = 24 * 60


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it").pk for _number in range(4)]


def refused(call, *arguments, **facts):
    """What the verb says it would break, as `(kind, person or other roster)`."""
    with pytest.raises(ConflictsFound) as found:
        call(*arguments, **facts)
    assert found.value.status == 422
    assert found.value.conflicts[0].words in str(found.value)
    return found.value.conflicts


def created(*layers, **facts):
    facts = {"name": "新表"} | facts
    return workflow.create_roster(
        by=make.person("admin"),
        group=make.group("fault"),
        rules=RosterRules(layers=layers, **facts),
    )


def kinds(conflicts):
    return {conflict.kind for conflict in conflicts}


def test_a_rota_without_trouble_is_saved_without_a_reason(people):
    assert created(layer(*people)).pk
    assert "accepted" not in Entry.objects.get(event="roster.create").facts


def test_hours_in_which_nobody_serves_are_a_gap_only_where_somebody_must_be_there(people):
    by_day = layer(*people, begins="08:00", minutes=600)
    conflicts = refused(created, by_day)
    assert kinds(conflicts) == {Kind.GAP}
    assert "没有人值班" in conflicts[0].words
    assert conflicts[0].more > 398
    assert not Roster.objects.exists()
    assert created(by_day, round_the_clock=False).pk


def test_a_rota_that_ends_leaves_a_gap_to_the_horizon(people):
    until = local(30).date()
    (conflict,) = refused(created, layer(*people, ends_on=until))
    assert conflict.starts_at == local(31)
    assert conflict.more == 0


def test_the_same_person_on_two_posts_at_once(people):
    making.roster(layer(*people), name="一线")
    (conflict,) = refused(
        created, layer(people[0], begins="20:00", minutes=240), round_the_clock=False
    )
    assert conflict.kind == Kind.DOUBLE_BOOKING
    assert (conflict.roster, conflict.other) == ("新表", "一线")
    assert "「新表」和「一线」" in conflict.words
    # Every fourth day.
    assert 98 <= conflict.more <= 100


def test_the_same_person_on_two_places_of_one_roster(people):
    (conflict,) = refused(created, layer(people[0], people[1], people[0], kind="fixed"))
    assert conflict.kind == Kind.DOUBLE_BOOKING
    assert conflict.other == ""


def test_too_little_rest_between_two_shifts_also_of_two_rosters(people):
    night = making.roster(
        layer(*people[:2], begins="20:00", minutes=720), name="夜", round_the_clock=False
    )
    morning = layer(*people[:2], begins="14:00", minutes=240)
    facts = {"name": "午", "round_the_clock": False}
    assert created(morning, **facts).pk
    conflicts = refused(created, morning, name="午二", round_the_clock=False, minimum_rest_hours=11)
    # The first does so at two posts at once, of equal hours; that is told beside it.
    assert kinds(conflicts) == {Kind.DOUBLE_BOOKING, Kind.TOO_LITTLE_REST}
    rest = [each for each in conflicts if each.kind == Kind.TOO_LITTLE_REST]
    assert {each.roster for each in rest} == {night.name}
    assert "休息不够" in rest[0].words


def test_parts_of_one_shift_are_one_shift_and_need_no_rest_between_them(people):
    roster = making.roster(layer(*people, begins="08:00"), minimum_rest_hours=12)
    duty = Duty.objects.filter(roster=roster).order_by("starts_at")[4]
    middle = duty.starts_at + datetime.timedelta(hours=6)
    other = making.reachable("it")
    workflow.arrange_stand_in(
        roster.pk,
        by=make.person("admin"),
        person=duty.person,
        stand_in=other,
        starts_at=middle,
        ends_at=middle + datetime.timedelta(hours=1),
        reason="开会",
    )
    assert Duty.objects.filter(roster=roster, shift_on=duty.shift_on).count() == 3


def test_somebody_whom_only_the_product_reaches_is_unreachable(people):
    deaf = make.new_person("it", name="无号码")
    (conflict,) = refused(created, layer(*people[:2], deaf.pk))
    assert (conflict.kind, conflict.person) == (Kind.UNREACHABLE, "无号码")


@pytest.mark.parametrize(
    ("hours", "begins", "is_reached"),
    [
        (("08:00", "20:00"), "09:00", True),
        (("08:00", "20:00"), "18:00", False),
        (("20:00", "08:00"), "23:00", True),
        (("20:00", "08:00"), "07:00", False),
    ],
)
def test_who_is_reached_only_at_some_hours_is_unreachable_at_the_others(hours, begins, is_reached):
    make.hospital()
    person = making.reachable("it", hours=hours)
    shift = layer(person.pk, begins=begins, minutes=240)
    if is_reached:
        assert created(shift, round_the_clock=False).pk
    else:
        assert kinds(refused(created, shift, round_the_clock=False)) == {Kind.UNREACHABLE}


def test_somebody_on_leave_is_told_with_the_gap_they_leave(people):
    person = making.reachable("it", name="休假人")
    leave = workflow.ask_leave(by=person, starts_at=local(3), ends_at=local(5), reason="年假")
    workflow.approve_leave(leave.pk, by=make.person("admin"))
    conflicts = refused(created, layer(person.pk))
    assert kinds(conflicts) == {Kind.ON_LEAVE, Kind.GAP}
    assert all((each.starts_at, each.ends_at) == (local(3), local(5)) for each in conflicts)
    two = layer(person.pk, people[0], kind="fixed")
    assert kinds(refused(created, two)) == {Kind.ON_LEAVE}


def test_what_is_broken_already_is_not_told_again(people):
    deaf = make.new_person("it")
    roster = making.roster(layer(deaf.pk, begins="08:00", minutes=60), name="一线")
    rules = rules_of(roster).changed(name="信息一线")
    workflow.change_roster(roster.pk, by=make.person("admin"), rules=rules)
    later = rules.changed(layers=(layer(deaf.pk, begins="08:00", minutes=120),))
    conflicts = refused(workflow.change_roster, roster.pk, by=make.person("admin"), rules=later)
    assert kinds(conflicts) == {Kind.UNREACHABLE}, "an hour more, and a gap that is smaller"


def test_with_a_reason_it_is_saved_and_the_journal_keeps_both(people):
    rules = RosterRules(name="夜班", layers=(layer(*people, begins="20:00", minutes=720),))
    workflow.create_roster(
        by=make.person("admin"),
        group=make.group("fault"),
        rules=rules,
        accept_conflicts="白天由科室自己接听",
    )
    facts = Entry.objects.get(event="roster.create").facts
    assert facts["accepted_because"] == "白天由科室自己接听"
    assert "没有人值班" in facts["accepted"][0]


def test_finding_takes_a_fixed_number_of_queries(people, django_assert_max_num_queries):
    from django.utils import timezone

    from teams import conflicts

    roster = making.roster(layer(making.reachable("it").pk))
    for number in range(5):
        making.roster(layer(*people), name=f"表{number}")
    rules = rules_of(roster).changed(layers=(layer(*people),))
    with django_assert_max_num_queries(14):
        found = conflicts.of_rules(roster, rules, timezone.now())
    assert Kind.DOUBLE_BOOKING in kinds(found)
