"""The ladder against itself and against an acknowledgement: real threads, real transactions."""

import pytest

from incidents import workflow as incidents
from incidents.models import Incident
from journal.models import Entry
from journal.refusals import Refusal
from journal.relay import relay
from notices import workflow
from notices.models import Alert, Climb, Step
from tests import make
from tests.notices.climbing import climb_of, in_product, ladder, reported, to, wait
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    make.hospital()
    found = [in_product(make.new_person("it")) for _number in range(4)]
    ladder(to(found[0], 0), *(to(person, 1) for person in found[1:]))
    return found


def make_due(*incidents_due: Incident) -> None:
    """Their next rungs are due, and nobody has looked yet."""
    for incident in incidents_due:
        climb = climb_of(incident)
        climb.due_at = climb.started_at
        climb.save()


def test_engines_side_by_side_take_each_rung_once(people):
    made = [reported(location=f"{floor} 楼") for floor in range(6)]
    make_due(*made)
    at_once(*[workflow.climb] * 8)
    for incident in made:
        assert Step.objects.filter(climb__incident=incident).count() == 2
        fired = Entry.objects.of(incident.stream).filter(event="ladder.fire")
        assert fired.count() == 2
        assert Alert.objects.filter(incident=incident, calls=True).count() == 2


def test_no_rung_is_taken_after_an_acknowledgement_is_through(people):
    for turn in range(12):
        incident = reported(location=f"第 {turn} 次")
        make_due(incident)
        alert = Alert.objects.get(incident=incident, person=people[0], calls=True)

        def acknowledge(pk=alert.pk):
            return workflow.acknowledge_alert(pk, how="link", by=people[0])

        said = at_once(workflow.climb, acknowledge, workflow.climb)
        assert not any(isinstance(each, Refusal) for each in said)
        entries = list(Entry.objects.of(incident.stream).order_by("seq"))
        stopped = [entry.seq for entry in entries if entry.event == "ladder.stop"]
        fired = [entry.seq for entry in entries if entry.event == "ladder.fire"]
        assert len(stopped) == 1
        assert max(fired) < stopped[0]
        assert climb_of(incident).state == "ended"
        assert wait(incident, 60) == 0


def test_verbs_and_acknowledgements_of_many_never_wait_for_each_other_for_ever(people):
    role = {"to": "role", "role": "it", "after_minutes": 0}
    ladder(role, to(people[0], 1))
    incident = reported()
    alerts = list(Alert.objects.filter(incident=incident, person__in=people, calls=True))

    def acknowledge(alert):
        return lambda: workflow.acknowledge_alert(alert.pk, how="link", by=alert.person)

    def confirm():
        return make.confirmed(incident=incident)

    at_once(*map(acknowledge, alerts), confirm, workflow.climb, workflow.climb)
    assert Climb.objects.active().count() == 0
    assert (
        Alert.objects.filter(pk__in=[one.pk for one in alerts], acknowledged_at=None).count() == 0
    )
    incident.refresh_from_db()
    assert incident.confirmed_at is not None


def test_two_jumps_at_once_are_one_and_a_conflict(people):
    incident, it = reported(), make.person("it")

    def jump():
        return workflow.jump(incident.pk, by=it, position=3, version=1)

    said = at_once(jump, jump, jump)
    assert sum(isinstance(each, Climb) for each in said) == 1
    assert Entry.objects.filter(event="ladder.jump").count() == 1


def test_a_regrade_and_the_engine_leave_one_climb(people):
    ladder(to(people[3], 0), level=1)
    incident = reported()
    make.confirmed(incident=incident, level=2)
    incidents.regrade(incident.pk, by=make.person("it"), level=1, convene=True, reason="更重")
    at_once(relay, relay, workflow.climb)
    relay()
    assert Climb.objects.active().filter(incident=incident).count() == 1
    assert climb_of(incident).level == 1
