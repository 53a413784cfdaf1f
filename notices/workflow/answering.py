"""Acknowledging an alert: on the page, by a message's signed link, by a reply, by telephone."""

import datetime
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from incidents.authority import is_employee
from incidents.workflow.gate import lock
from journal import live
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed, Refusal
from notices import answers
from notices.models import Alert, Delivery
from notices.workflow import climbing
from notices.workflow.alerting import tell
from teams.models import ContactPoint, Person
from teams.workflow import note_contact_worked

Answer = Alert.Answer
Receipt = Delivery.Receipt
SHIFT = timedelta(hours=8)
# What the answer to an alert proves of its way, by the event; rooms above add theirs.
PROOFS: dict[str, str] = {}


@transaction.atomic
def acknowledge_alert(
    pk: int,
    *,
    how: str,
    by: Person,
    delivery: int | None = None,
    at: datetime.datetime | None = None,
    words: str = "",
) -> Alert:
    """The person has it and takes it on. A second time changes nothing.

    `how` is an `Alert.Answer`; `delivery` the message that was answered, which proves that its way
    works. With Answer.PHONE `by` is who rang the person and notes it, `words` what they said; else
    `by` is the person themselves.
    What the alert asked for (receive the report, read the order back) is done in the person's name
    where it is still open to them; noted by another only what needs no word of the person's own.

    Raises NotAllowed: somebody else's alert; an auditor.
    """
    lock_incidents(pk)
    alert = (
        Alert.objects.select_for_update(of=("self",))
        .select_related("entry", "incident", "person")
        .get(pk=pk)
    )
    if how == Answer.PHONE:
        if not is_employee(alert, by):
            raise NotAllowed(_("您没有「登记电话通知」的权限。"))
    elif by.pk != alert.person_id:
        raise NotAllowed(_("这条告警不是发给您的。"))
    at = at or now()
    if delivery is not None:
        _note_way_works(delivery, alert, at)
    if alert.acknowledged_at is not None:
        return alert
    alert.acknowledged_at, alert.acknowledged_how = at, how
    alert.noted_by = by if by.pk != alert.person_id else None
    alert.seen_at = alert.seen_at or at
    alert.next_at = None
    alert.save(
        update_fields=["acknowledged_at", "acknowledged_how", "noted_by", "seen_at", "next_at"]
    )
    stream = alert.incident.stream if alert.incident else alert.entry.stream
    facts = {
        "alert": alert.pk,
        "entry": alert.entry_id,
        "person": alert.person.name,
        "how": str(Answer(how).label),
        "what": alert.text,
    }
    if said := " ".join(words.split())[:200]:
        facts["words"] = said
    record(stream, "alert.acknowledge", by=by, at=at, facts=facts)
    _do_what_was_asked(alert, how)
    if alert.incident_id is not None and alert.entry.event in climbing.CALLS:
        climbing.answered(alert.incident_id, by=alert.person, at=at)
    tell(alert.person_id)
    return alert


def lock_incidents(*alerts: int) -> None:
    """The incidents first, in the order of their keys, as in every verb: else an acknowledgement
    and a verb could wait for each other."""
    of_these = Alert.objects.filter(pk__in=alerts, incident__isnull=False)
    for pk in sorted(set(of_these.values_list("incident_id", flat=True))):
        lock(pk)


def _do_what_was_asked(alert: Alert, how: str) -> None:
    act = answers.act_of(alert, in_absence=how == Answer.PHONE)
    if act is None:
        return
    try:
        # Somebody may have been faster, or may do more than this person may: then that stands.
        with transaction.atomic():
            act(alert)
    except Refusal:
        return


def _note_way_works(delivery: int, alert: Alert, at: datetime.datetime) -> None:
    found = Delivery.objects.filter(pk=delivery, alert=alert)
    found.note(Receipt.ACKNOWLEDGED, at)
    point = found.values_list("point", flat=True).first()
    if point is not None:
        proof = PROOFS.get(alert.entry.event, ContactPoint.Proof.ACKNOWLEDGED)
        note_contact_worked(point, how=proof, at=at)


@transaction.atomic
def answer_message(
    delivery_pk: int, *, how: str, at: datetime.datetime | None = None
) -> list[Alert]:
    """Acknowledge what a message told: one alert, or all that were bundled in it.

    For who holds its signed link (Answer.LINK), or replied to it (Answer.REPLY): they act as the
    person that it was sent to. Raises Conflict where the message is too old to be answered.
    """
    at = at or now()
    delivery = Delivery.objects.select_related("alert__person").get(pk=delivery_pk)
    if delivery.alert is None or not is_alive(delivery, at):
        raise Conflict(_("这条消息已经过期，请登录系统查看。"))
    person = delivery.alert.person
    together = told_together(delivery)
    lock_incidents(*(alert.pk for _pk, alert in together))
    done = [
        acknowledge_alert(alert.pk, how=how, by=person, delivery=pk, at=at)
        for pk, alert in together
    ]
    for incident in {alert.incident_id for alert in done if alert.incident_id is not None}:
        nudge = partial(live.announce, f"incident:{incident}", "deliveries")
        transaction.on_commit(nudge, robust=True)
    return done


def is_alive(delivery: Delivery, at: datetime.datetime) -> bool:
    """A message can be answered as long as its alert is wanted, and a shift's length after it."""
    return at < delivery.expires_at + SHIFT


def addressees(delivery: Delivery) -> list[Delivery]:
    """One delivery of each person whom its message told: into a robot's group several, else it."""
    # Settled, the message's token is its parcel's.
    parcel = delivery.parcel or delivery.token
    if not delivery.channel.made_of.gathers or parcel is None:
        return [delivery]
    together = Delivery.objects.filter(Q(parcel=parcel) | Q(token=parcel), alert__isnull=False)
    found = together.select_related("alert__person", "alert__incident").order_by("person", "pk")
    return list({one.person_id: one for one in found}.values()) or [delivery]


def told_together(delivery: Delivery) -> list[tuple[int, Alert]]:
    """The person's alerts that went in one message with this one: `(delivery, alert)`."""
    together = Delivery.objects.filter(person=delivery.person_id, alert__isnull=False)
    if delivery.parcel is not None:
        together = together.filter(parcel=delivery.parcel)
    else:
        together = together.filter(pk=delivery.pk)
    rows = together.select_related("alert__incident", "alert__entry", "alert__person")
    return [(row.pk, row.alert) for row in rows.order_by("pk") if row.alert is not None]
