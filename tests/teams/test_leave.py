"""Leave: asked for oneself, decided by others, and what the calendar makes of it."""

import datetime

import pytest
from django.utils import timezone

from journal.models import Entry
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import workflow
from teams.conflicts import ConflictsFound
from teams.models import Duty, Leave, Membership
from tests import make
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it") for _number in range(2)]


@pytest.fixture
def roster(people):
    return making.roster(layer(*[person.pk for person in people]), name="一线")


def asked(asker, start=3, end=5, **facts):
    facts = {"by": asker, "reason": "年休假"} | facts
    return workflow.ask_leave(starts_at=local(start), ends_at=local(end), **facts)


def on_between(roster, start, end):
    return Duty.objects.between(local(start), local(end)).filter(roster=roster)


def test_leave_that_was_only_asked_for_moves_nothing(people, roster):
    leave = asked(people[0])
    assert leave.state == "asked"
    assert on_between(roster, 3, 5).filter(person=people[0]).count() == 1
    facts = Entry.objects.get(event="leave.ask", stream=f"person:{people[0].pk}").facts
    assert facts["reason"] == "年休假"


def test_approving_says_what_it_leaves_empty_and_then_empties_it(people, roster):
    leave, head = asked(people[0]), make.person("fault_head")
    with pytest.raises(ConflictsFound) as found:
        workflow.approve_leave(leave.pk, by=head)
    assert [each.kind for each in found.value.conflicts] == ["on_leave", "gap"]
    leave = Leave.objects.get(pk=leave.pk)
    assert (leave.state, leave.version) == ("asked", 1)
    workflow.approve_leave(leave.pk, by=head, version=1, accept_conflicts="院长已同意")
    leave = Leave.objects.get(pk=leave.pk)
    assert (leave.state, leave.decided_by) == ("approved", head)
    assert not on_between(roster, 3, 5).filter(person=people[0]).exists()
    assert on_between(roster, 3, 5).filter(person=people[1]).count() == 1
    assert Entry.objects.get(event="leave.approve").facts["accepted_because"] == "院长已同意"
    (moved,) = Entry.objects.get(event="duty.moved").facts["moved"]
    assert moved["person"] == people[0].pk


def test_with_a_stand_in_first_leave_leaves_nothing_empty(people, roster):
    duty = on_between(roster, 3, 5).get(person=people[0])
    workflow.arrange_stand_in(
        roster.pk,
        by=make.person("fault_head"),
        person=people[0],
        stand_in=making.reachable("it"),
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        reason="年休假",
    )
    workflow.approve_leave(asked(people[0]).pk, by=make.person("fault_head"))
    assert on_between(roster, 3, 5).count() == 2


def test_leave_taken_back_gives_the_duties_back(people, roster):
    leave = asked(people[0])
    before = list(on_between(roster, 0, 30).values_list("starts_at", "ends_at", "person"))
    workflow.approve_leave(leave.pk, by=make.person("admin"), accept_conflicts="是")
    workflow.withdraw_leave(leave.pk, by=people[0])
    assert list(on_between(roster, 0, 30).values_list("starts_at", "ends_at", "person")) == before
    assert Leave.objects.get(pk=leave.pk).state == "withdrawn"


def test_the_heads_of_a_persons_groups_and_administrators_decide_but_nobody_about_themselves(
    people, roster
):
    for who in ("it", "leader", "logistics", "cs", "auditor"):
        leave = asked(people[1], start=10 + len(who), end=11 + len(who))
        with pytest.raises(NotAllowed):
            workflow.approve_leave(leave.pk, by=make.person(who))
        with pytest.raises(NotAllowed):
            workflow.refuse_leave(leave.pk, by=make.person(who), reason="不行")
        workflow.withdraw_leave(leave.pk, by=people[1])
    head = make.person("fault_head")
    own = asked(head)
    with pytest.raises(NotAllowed):
        workflow.approve_leave(own.pk, by=head)
    # The leading group's head decides about the fault group's head, who is its deputy.
    workflow.approve_leave(own.pk, by=make.person("leader"))
    admin = make.person("admin")
    with pytest.raises(NotAllowed):
        workflow.approve_leave(asked(admin).pk, by=admin)


def test_members_of_a_group_are_decided_about_without_any_roster():
    member = Membership.objects.filter(group=make.group("logistics"), part="member")[0].person
    leave = asked(member)
    with pytest.raises(NotAllowed):
        workflow.approve_leave(leave.pk, by=make.person("cs"))
    workflow.approve_leave(leave.pk, by=make.person("logistics"))


def test_leave_is_asked_for_another_only_by_who_decides_about_it(people, roster):
    with pytest.raises(NotAllowed):
        asked(people[0], by=people[1], person=people[0])
    leave = asked(people[0], by=make.person("fault_head"), person=people[0])
    assert (leave.person, leave.asked_by) == (people[0], make.person("fault_head"))
    with pytest.raises(NotAllowed):
        asked(make.person("auditor"))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"start": 5, "end": 5}, "ends_at"),
        ({"start": 6, "end": 5}, "ends_at"),
        ({"start": -4, "end": -2}, "ends_at"),
        ({"start": 1, "end": 600}, "ends_at"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_leave_that_cannot_be_is_refused_at_its_field(people, facts, field):
    with pytest.raises(Incomplete) as refused:
        asked(people[0], **facts)
    assert list(refused.value.fields) == [field]
    assert not Leave.objects.exists()


def test_nobody_is_on_leave_twice_at_once(people):
    first = asked(people[0], 3, 5)
    with pytest.raises(Conflict):
        asked(people[0], 4, 9)
    assert asked(people[0], 5, 6).pk
    workflow.withdraw_leave(first.pk, by=people[0])
    assert asked(people[0], 3, 5).pk


def test_a_refusal_says_why_and_is_the_end(people):
    leave = asked(people[0])
    head = make.person("admin")
    with pytest.raises(Incomplete):
        workflow.refuse_leave(leave.pk, by=head, reason=" ")
    workflow.refuse_leave(leave.pk, by=head, reason="那天要升级系统")
    assert Leave.objects.get(pk=leave.pk).said == "那天要升级系统"
    with pytest.raises(Conflict):
        workflow.approve_leave(leave.pk, by=head)
    with pytest.raises(Conflict):
        workflow.withdraw_leave(leave.pk, by=people[0])


def test_leave_that_is_over_is_not_withdrawn(people, roster):
    leave = asked(people[0])
    workflow.approve_leave(leave.pk, by=make.person("admin"), accept_conflicts="是")
    past = timezone.now() - datetime.timedelta(days=9)
    Leave.objects.filter(pk=leave.pk).update(
        starts_at=past, ends_at=past + datetime.timedelta(days=1)
    )
    with pytest.raises(Conflict):
        workflow.withdraw_leave(leave.pk, by=people[0])


def test_an_older_version_is_refused(people):
    leave = asked(people[0])
    workflow.withdraw_leave(leave.pk, by=people[0], version=1)
    again = asked(people[0])
    with pytest.raises(Conflict):
        workflow.approve_leave(again.pk, by=make.person("admin"), version=7)
