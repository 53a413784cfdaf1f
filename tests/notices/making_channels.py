"""Channels for tests, through the verbs, towards a sink on this machine."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from incidents.models import Incident
from journal.recording import record
from notices import workflow
from notices.models import Alert, Channel, Delivery
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


def refused_test() -> Delivery:
    """A test message that a provider refused, over a channel out of use: nothing is sent."""
    at = timezone.now()
    robot = Channel.objects.create(
        kind="wecom",
        name="停用的机器人",
        configuration={"base": "https://qyapi.weixin.qq.com"},
        is_active=False,
    )
    words = (
        "invalid webhook url, more info at https://open.work.weixin.qq.com/devtool/query?e=93000"
    )
    test = Delivery.objects.create(
        purpose=Delivery.Purpose.TEST,
        person=make.person("admin"),
        channel=robot,
        key=f"yj-test-{uuid.uuid4()}",
        created_at=at,
        due_at=at,
        expires_at=at + timedelta(minutes=5),
        state=Delivery.State.FAILED,
        tries=1,
        code="93000",
        words=words,
        ended_at=at,
    )
    test.attempts.create(
        number=1,
        token=uuid.uuid4(),
        began_at=at,
        ended_at=at,
        result="refused",
        code="93000",
        words=words,
    )
    return test
