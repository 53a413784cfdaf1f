"""Channels for tests, through the verbs, towards a sink on this machine."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from incidents.models import Incident
from journal.recording import record
from notices import workflow
from notices.models import Alert, Channel
from teams.models import Person
from teams.workflow import add_contact
from tests import make
from tests.sinks import Sink

NUMBER, OTHER_NUMBER = "13900000001", "13900000002"
SECRETS = {
    "wecom": {"key": "wecom-secret-key"},
    "webhook": {"secret": "a long enough secret"},
    "dingtalk": {"token": "dingtalk-token", "signing": "SECdingtalk"},
    "voice": {"token": "Bearer voice-token"},
    "aliyun_sms": {"key": "aliyun-secret-key"},
}
MORE: dict[str, dict[str, str]] = {
    "voice": {"body": '{"to": "{number}", "text": "{text}", "id": "{key}"}', "id_field": "id"},
    "aliyun_sms": {
        "key_id": "LTAI",
        "signature": "示范医院",
        "template": "SMS_1",
        "variables": "level, title",
    },
}


def channel(kind: str, sink: Sink, **facts: Any) -> Channel:
    """A channel of this kind whose provider is the sink; without limits of rate."""
    place = "url" if kind in ("webhook", "voice") else "base"
    configuration = {place: sink.url} | MORE.get(kind, {}) | facts.pop("configuration", {})
    facts = {"name": f"{kind} 渠道", "secrets": SECRETS.get(kind, {}), "rates": []} | facts
    return workflow.add_channel(kind, by=make.person("admin"), configuration=configuration, **facts)


def call(person: Person, incident: Incident | None = None, **facts: Any) -> Alert:
    """Call a person about something, as a subscriber of the relay does."""
    incident = incident or Incident.objects.first() or make.report()
    with transaction.atomic():
        entry = record(incident.stream, "test.call", by=None)
        facts = {"text": "请处理：挂号中断", "url": "/", "calls": True} | facts
        (made,) = workflow.alert(entry, [person], incident=incident, **facts)
    return made


def reachable(*points: tuple[str, str], **facts: Any) -> Person:
    """Somebody new with these ways: `(kind, address)` in order."""
    person = make.new_person("it", **facts)
    for kind, address in points:
        add_contact(person.pk, by=person, kind=kind, address=address)
    return person


def age(alert: Alert, seconds: float) -> None:
    """Let so much time pass for an alert and its deliveries: the database's clock cannot be set."""
    shift = timedelta(seconds=seconds)
    for row in (alert, *alert.deliveries.all()):
        row.refresh_from_db()
        for field in row._meta.fields:
            value = getattr(row, field.name)
            if field.name.endswith(("_at", "_until")) and value is not None:
                setattr(row, field.name, value - shift)
        row.save()
