"""What a provider tells us: a reply acknowledges, a receipt is noted, a canary proves its way."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now
from journal.refusals import Refusal
from notices.channels.uplink import Meaning, Said, means_yes
from notices.models import Alert, Channel, Delivery
from notices.workflow.answering import answer_message
from teams.models import ContactPoint
from teams.workflow import note_contact_worked

Receipt, Purpose, Proof = Delivery.Receipt, Delivery.Purpose, ContactPoint.Proof
# A reply is about what was sent within this time; what is older nobody remembers.
LOOKS_BACK = timedelta(days=1)


@transaction.atomic
def hear(channel: Channel, said: Said) -> str:
    """Do what was told; give a sentence for who told it. A second time changes nothing.

    Raises nothing that the teller could mend: unknown numbers and late answers get a sentence.
    """
    delivery = _delivery(channel, said)
    if delivery is None:
        return str(_("没有找到发给您的告警，请登录系统查看。"))
    if said.meaning == Meaning.DELIVERED:
        _note(delivery, Receipt.DELIVERED)
        return ""
    if not means_yes(said.text):
        return str(_("回复「收到」就算确认；要说明情况，请登录系统。"))
    if delivery.alert_id is None:
        _note(delivery, Receipt.ACKNOWLEDGED)
        return str(_("收到了，这条渠道正常。"))
    try:
        done = answer_message(delivery.pk, how=Alert.Answer.REPLY)
    except Refusal as refusal:
        return refusal.sentence
    return str(_("已记下您确认收到（%(count)s 条）。") % {"count": len(done)})


def _note(delivery: Delivery, receipt: str) -> None:
    """The receipt of everything that went in this message. A message that only tries the way out
    proves with it that the way works."""
    at = now()
    together = Delivery.objects.filter(pk=delivery.pk)
    if delivery.parcel is not None:
        together = Delivery.objects.filter(parcel=delivery.parcel, person=delivery.person_id)
    together.note(receipt, at)
    if delivery.point_id is not None and delivery.purpose != Purpose.ALERT:
        how = Proof.CANARY if delivery.purpose == Purpose.CANARY else Proof.TEST
        note_contact_worked(delivery.point_id, how=how, at=at)


def _delivery(channel: Channel, said: Said) -> Delivery | None:
    """The message that it is about: by our key, the provider's number, else the newest to this
    address that nobody has acknowledged yet."""
    sent = Delivery.objects.filter(channel=channel, sent_at__isnull=False)
    found = None
    if said.key:
        # Who names our key has got the message, also where we have not written down yet that it
        # went out: some answer faster than that, and the database may be away for a while.
        found = Delivery.objects.filter(channel=channel, key=said.key, tries__gt=0).first()
    if found is None and said.provider_id:
        found = sent.filter(provider_id=said.provider_id).order_by("-pk").first()
    if found is None and said.address and said.meaning == Meaning.ANSWERED:
        to_them = sent.filter(
            point__address__in=_spelt(said.address),
            person__is_active=True,
            sent_at__gt=now() - LOOKS_BACK,
        ).order_by("-sent_at", "-pk")
        waiting = to_them.filter(acknowledged_at__isnull=True)
        found = waiting.first() or to_them.first()
    return found


def _spelt(address: str) -> list[str]:
    """A mobile number with and without the country in front of it."""
    plain = address.strip().replace(" ", "").replace("-", "")
    for prefix in ("+86", "0086", "86"):
        if plain.startswith(prefix) and len(plain) - len(prefix) == 11:
            plain = plain.removeprefix(prefix)
    return list({address.strip(), plain, f"86{plain}", f"+86{plain}"})
