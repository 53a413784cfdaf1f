"""A real fault: one button lets everything that is practice stand or end, a table as well."""

import pytest
from django.test import Client
from django.urls import reverse

import incidents.workflow
from drills import workflow
from drills.models import CallDown, Drill
from incidents import practice
from incidents.models import Incident
from journal.models import Entry
from notices.models import Alert
from tests import make
from tests.drills.practising import planned, relayed, started

pytestmark = pytest.mark.django_db


def state_of(drill):
    return Drill.objects.get(pk=drill.pk).state


def test_a_drill_at_a_table_stands_goes_on_and_ends_with_all():
    made, leader = started(kind="tabletop"), make.person("leader")
    incidents.workflow.pause_all_drills(by=leader, reason="急诊断网")
    assert state_of(made) == "paused"
    assert [one.stands for one in practice.running()] == [True]
    relayed()
    told = Alert.objects.filter(person=make.person("it"), text__startswith="【演练】演练暂停")
    assert "急诊断网" in told.get().text
    incidents.workflow.resume_all_drills(by=leader)
    assert state_of(made) == "running"
    incidents.workflow.end_all_drills(by=leader, reason="急诊断网")
    made = Drill.objects.get(pk=made.pk)
    assert (made.state, made.end_reason) == ("ended", "急诊断网")
    assert practice.running() == []


def test_a_drill_whose_incident_is_over_is_stopped_and_its_people_hear_it():
    made, leader = started(), make.person("leader")
    assert practice.running() == []
    incidents.workflow.dismiss(made.main.pk, by=make.person("it"), reason="练习：误报")
    assert [one.name for one in practice.running()] == [str(made)]
    incidents.workflow.pause_all_drills(by=leader, reason="急诊断网")
    assert state_of(made) == "paused"
    relayed()
    assert Alert.objects.filter(text__startswith="【演练】演练暂停").exists()


def test_whoever_may_stop_it_is_asked_in_a_grave_fault_and_sees_what_runs():
    def get(who, name):
        client = Client()
        client.force_login(make.person(who))
        return client.get(reverse(name)).content.decode()

    made = started(kind="tabletop")
    workflow.begin_call_down(by=make.person("admin"), groups=[make.group("fault")])
    assert not Incident.objects.drills().exists()
    band = get("leader", "incidents:drills_band")
    assert "还有 2 场演练在进行" in band
    assert "暂停所有演练" in band
    for name in ("incidents:drills", "incidents:drills_section"):
        page = get("leader", name)
        assert made.get_absolute_url() in page
        assert CallDown.objects.get().get_absolute_url() in page
        # A table is nobody else's business.
        assert made.name not in get("cs", name)
    client = Client()
    client.force_login(make.person("leader"))
    page = client.post(reverse("incidents:all_drills", args=["pause"]), follow=True)
    assert "2 场演练已暂停" in page.content.decode()
    assert state_of(made) == "paused"
    assert CallDown.objects.get().is_over


def second_incident(made):
    """Another report of the drill has become an incident of its own."""
    inject = made.injects.filter(act="open").first()
    workflow.give_inject(inject.pk, by=make.person("leader"))
    return Incident.objects.filter(drilled__drill=made).exclude(pk=made.main.pk).get()


def test_nothing_is_given_from_the_moment_all_drills_stand():
    made, leader = started(), make.person("leader")
    made.injects.filter(state="waiting").update(due_at=made.started_at)
    incidents.workflow.pause_all_drills(by=leader, reason="急诊断网")
    # Not behind the commit: the clock's next tick may come before the relay.
    assert state_of(made) == "paused"
    assert workflow.give_due() == 0
    relayed()
    assert Entry.objects.filter(stream=made.stream, event="drill.pause").count() == 1


def test_one_of_its_incidents_stopped_stops_the_others():
    made, leader = started(), make.person("leader")
    main, other = made.main, second_incident(made)
    incidents.workflow.pause_drill(other.pk, by=leader, reason="急诊断网")
    relayed()
    assert state_of(made) == "paused"
    assert Incident.objects.get(pk=main.pk).paused is not None
    incidents.workflow.resume_drill(main.pk, by=leader)
    relayed()
    assert state_of(made) == "running"
    assert Incident.objects.get(pk=other.pk).paused is None
    incidents.workflow.end_drill(main.pk, by=leader, reason="急诊断网")
    relayed()
    assert state_of(made) == "ended"
    assert Incident.objects.get(pk=other.pk).state == "stopped"


def test_news_that_something_later_has_overtaken_changes_nothing():
    made, leader = started(), make.person("leader")
    incidents.workflow.pause_drill(made.main.pk, by=leader, reason="停")
    incidents.workflow.resume_drill(made.main.pk, by=leader)
    relayed()
    assert state_of(made) == "running"
    assert not made.pauses.exists()
    incidents.workflow.pause_drill(made.main.pk, by=leader, reason="停")
    relayed()
    incidents.workflow.resume_drill(made.main.pk, by=leader)
    incidents.workflow.pause_drill(made.main.pk, by=leader, reason="又停")
    relayed()
    assert state_of(made) == "paused"
    assert Incident.objects.get(pk=made.main.pk).paused is not None


@pytest.mark.parametrize("kind", ["functional", "tabletop"])
def test_one_that_a_real_fault_broke_off_was_not_held(kind):
    row, leader = planned(), make.person("leader")
    made = started(planned=row, kind=kind)
    incidents.workflow.end_all_drills(by=leader, reason="急诊断网")
    relayed()
    row.refresh_from_db()
    assert state_of(made) == "ended"
    assert row.is_open
    again = started(planned=row, kind=kind)
    workflow.end_drill(again.pk, by=leader, reason="演完了")
    row.refresh_from_db()
    assert row.held_on is not None
