"""Verbs that move duties, at the same moment: the calendar knows of all of them."""

from itertools import pairwise

import pytest
from django.utils import timezone

from journal.refusals import Refusal
from teams import workflow
from teams.models import Duty, Leave, Roster, StandIn
from teams.rules import rules_of
from tests import make
from tests.racing import at_once
from tests.teams import making
from tests.teams.making import layer, local

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    make.hospital()
    return [making.reachable("it") for _number in range(3)]


def test_leave_approved_while_its_person_comes_onto_a_roster_is_heeded(people):
    admin = make.person("admin")
    for number in range(4):
        roster = making.roster(layer(people[1].pk), name=f"表{number}")
        leave = workflow.ask_leave(
            by=people[0], starts_at=local(3 + number), ends_at=local(4 + number), reason="年假"
        )
        rules = rules_of(roster).changed(layers=(layer(people[0].pk),))
        at_once(
            lambda leave=leave: workflow.approve_leave(leave.pk, by=admin, accept_conflicts="是"),
            lambda roster=roster, rules=rules: workflow.change_roster(
                roster.pk, by=admin, rules=rules, accept_conflicts="是"
            ),
        )
        assert Leave.objects.get(pk=leave.pk).state == "approved"
        served = Duty.objects.between(leave.starts_at, leave.ends_at).filter(person=people[0])
        assert not served.exists()


def test_a_stand_in_approved_twice_at_once_is_approved_once(people):
    roster = making.roster(layer(people[0].pk), name="一线")
    ask = workflow.ask_stand_in(
        roster.pk,
        by=people[0],
        stand_in=people[1],
        starts_at=local(2),
        ends_at=local(3),
        reason="有事",
    )
    workflow.accept_stand_in(ask.pk, by=people[1])
    admin, head = make.person("admin"), make.person("fault_head")
    said = at_once(
        lambda: workflow.approve_stand_in(ask.pk, by=admin),
        lambda: workflow.approve_stand_in(ask.pk, by=head),
    )
    assert sum(isinstance(each, StandIn) for each in said) == 1
    assert sum(isinstance(each, Refusal) for each in said) == 1


def test_calendars_prolonged_side_by_side_hold_everybody_once(people):
    for number in range(3):
        making.roster(layer(*[person.pk for person in people]), name=f"表{number}")
    Roster.objects.update(compiled_until=timezone.now())
    at_once(*[workflow.prolong] * 6)
    for roster in Roster.objects.all():
        duties = list(Duty.objects.filter(roster=roster).order_by("starts_at"))
        assert all(before.ends_at == after.starts_at for before, after in pairwise(duties))


def test_two_edits_at_once_keep_one_version(people):
    roster = making.roster(layer(people[0].pk), name="一线")
    admin, rules = make.person("admin"), rules_of(roster)
    said = at_once(
        *[
            lambda position=position: workflow.change_roster(
                roster.pk, by=admin, rules=rules.changed(position=position), version=1
            )
            for position in (2, 3, 4)
        ]
    )
    assert sum(isinstance(each, Roster) for each in said) == 1
    assert Roster.objects.get().version == 2
