"""Verbs of the phone tree: people are asked to ring, and note what came of it."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority
from notices.channels import BY_HAND
from notices.models import Alert, Attempt, Delivery
from notices.parcels import Parcel
from notices.ringing import ASK
from notices.workflow.answering import acknowledge_alert, lock_incidents, told_together
from notices.workflow.reaching import hasten
from teams.models import Person

State = Delivery.State
# So often one number is dialled before it is given up.
MOST_RINGS = 3


class Rung(models.TextChoices):
    """What came of dialling a number."""

    REACHED = "reached", gettext_lazy("电话已通知到")
    SILENT = "silent", gettext_lazy("没人接")
    BUSY = "busy", gettext_lazy("占线")
    WRONG = "wrong", gettext_lazy("号码不对")


def ask(parcels: Iterable[Parcel], at: datetime.datetime) -> None:
    """Ask people to ring, one entry for all of one channel and incident; the relay tells them.

    In the transaction that settles these messages, after all else: the journal is locked last.
    """
    by_hand = [one for one in parcels if one.line.kind in BY_HAND]
    if not by_hand:
        return
    channels = {pk: one.channel for one in by_hand for pk in one.alerts}
    together: dict[tuple[str, int], list[Alert]] = defaultdict(list)
    found = Alert.objects.filter(pk__in=channels).select_related("entry", "incident", "person")
    for alert in found.order_by("pk"):
        stream = alert.incident.stream if alert.incident is not None else alert.entry.stream
        together[stream, channels[alert.pk]].append(alert)
    for (stream, channel), alerts in sorted(together.items()):
        facts = {
            "channel": channel,
            "alerts": [alert.pk for alert in alerts],
            "rung": sorted({alert.person_id for alert in alerts}),
            "people": list(dict.fromkeys(alert.person.name for alert in alerts)),
            "what": alerts[0].text,
        }
        record(stream, ASK, by=None, at=at, facts=facts)


@transaction.atomic
def note_rung(pk: int, *, by: Person, result: str, tries: int, words: str = "") -> Delivery:
    """Note what came of ringing somebody: `result` is a `Rung`, `words` what was said.

    Reached, it is the person's acknowledgement, of all that the list told about them at once. Else
    it may be rung again, `MOST_RINGS` times in all, and others are looked for at once. `tries` is
    how often it had been dialled as the page showed it, so that nothing is noted twice.

    Raises Delivery.DoesNotExist; NotAllowed; Incomplete for another result or oneself; Conflict
    where somebody has noted it meanwhile or it is over.
    """
    delivery = Delivery.objects.select_related("alert__person", "alert__entry", "channel").get(
        pk=pk, channel__kind__in=BY_HAND, alert__isnull=False
    )
    if not authority.may_ring(delivery.channel, by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": _("打电话叫人")})
    if result not in Rung.values:
        raise Incomplete(_("请选择打电话的结果。"))
    alert = delivery.alert
    assert alert is not None  # noqa: S101
    if alert.person_id == by.pk:
        raise Incomplete(_("自己收到的，请按「确认收到」。"))
    together = told_together(delivery)
    lock_incidents(*(one.pk for _pk, one in together))
    keys = [one.pk for _pk, one in together]
    locked = Alert.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    alerts = {one.pk: one for one in locked}
    delivery = Delivery.objects.select_for_update().get(pk=pk)
    if alerts[alert.pk].is_answered or delivery.state != State.SENT:
        raise Conflict(_("%(who)s不用再打了：已经有回应，或者已经结束。") % {"who": alert.person})
    if delivery.tries != tries:
        raise Conflict(_("刚才有人给%(who)s打过，请看最新结果。") % {"who": alert.person})
    at, words = now(), " ".join(words.split())[:200]
    _note_try(together, result, words, by, at)
    stream = alert.entry.stream if alert.incident_id is None else f"incident:{alert.incident_id}"
    facts = {"person": alert.person.name, "result": str(Rung(result).label), "words": words}
    record(stream, "phone.result", by=by, at=at, facts=facts)
    if result == Rung.REACHED:
        for key, one in together:
            acknowledge_alert(
                one.pk, how=Alert.Answer.PHONE, by=by, delivery=key, at=at, words=words
            )
    else:
        hasten(Delivery.objects.filter(pk__in=[key for key, _alert in together]))
    delivery.refresh_from_db()
    return delivery


def _note_try(
    together: list[tuple[int, Alert]], result: str, words: str, by: Person, at: datetime.datetime
) -> None:
    """Each delivery gets the try; who is not reached in the end by this way is reached no more."""
    said = "，".join(part for part in (str(Rung(result).label), words) if part)
    keys = [key for key, _alert in together]
    for one in Delivery.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        one.tries += 1
        one.code, one.words = result, f"{said}（{by.name}）"[:300]
        is_over = result == Rung.WRONG or one.tries > MOST_RINGS
        if result != Rung.REACHED and is_over:
            one.state, one.ended_at = State.FAILED, at
        one.save(update_fields=["tries", "code", "words", "state", "ended_at"])
        Attempt.objects.create(
            delivery=one,
            number=one.tries,
            token=uuid.uuid4(),
            began_at=at,
            ended_at=at,
            result=result,
            code=result,
            words=one.words,
        )
