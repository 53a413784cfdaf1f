"""The law's clocks ring on when the incident has ended: a rule does not end with the handling."""

from datetime import timedelta

import pytest
from django.utils import timezone

import incidents.workflow
from incidents.models import Deadline
from journal.relay import relay
from notices import pump
from notices.models import Alert, Delivery
from teams.workflow import add_contact
from tests import make
from tests.notices.making_channels import NUMBER, channel
from tests.reviews import written
from tests.sinks import Sink, reply

pytestmark = pytest.mark.django_db
KIND = Deadline.Kind.REGULATORY


@pytest.fixture
def sink(settings):
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.CHANNEL_NETWORKS = ["127.0.0.0/8"]
    sink = Sink(reply({"id": "x"}))
    channel("webhook", sink, name="短信", configuration={"serves": "sms"})
    yield sink
    sink.close()


def rung() -> Alert:
    """The head's call about a rule whose time has run out long after the report was received."""
    head = make.person("leader")
    head.contact_points.all().delete()
    add_contact(head.pk, by=head, kind="sms", address=NUMBER)
    incident = written.received()
    assert not incident.is_open
    relay()
    clock = Deadline.objects.running().filter(incident=incident, kind=KIND).earliest("pk")
    Deadline.objects.filter(pk=clock.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert incidents.workflow.climb() == 1
    relay()
    return Alert.objects.get(person=head, entry__event="deadline.pass", incident=incident)


def test_a_rule_of_an_archived_incident_that_runs_out_still_calls(sink):
    alert = rung()
    pump.deliver()
    assert Delivery.objects.get(alert=alert).state == Delivery.State.SENT
    assert sink.requests


def test_what_was_reported_meanwhile_calls_nobody(sink):
    alert = rung()
    pk = alert.entry.facts["deadline"]
    incidents.workflow.note_regulatory(pk, by=make.person("it"), proof="已报市卫健委")
    pump.deliver()
    left = Delivery.objects.filter(alert=alert).exclude(state=Delivery.State.DROPPED)
    assert not left.exists()
