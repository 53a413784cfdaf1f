"""Test messages: does a way bring a message to its owner, and what does a provider answer?"""

import datetime
import uuid
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from journal import live
from journal.models import Entry
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import authority, sealing
from notices.channels import BY_HAND
from notices.models import Alert, Channel, Delivery
from notices.workflow.alerting import DELIVER, TEST_EVENT, tell
from teams.authority import may_edit_contacts
from teams.models import ContactPoint, Person, Role
from teams.models.contact import masked
from teams.workflow import note_contact_worked

TRY_EVENT = "channel.try"
# Providers limit calls per number; a second message within this time proves nothing more.
PAUSE = timedelta(minutes=1)
# Between two tests of one channel: long enough to read the answer, no longer.
PAUSE_OF_CHANNEL = timedelta(seconds=5)
# Who tests waits for the answer: what has not gone by then is of no use to them.
LIFE = timedelta(minutes=5)
Test = Delivery.Purpose.TEST


@transaction.atomic
def send_test(pk: int, *, by: Person) -> Delivery | None:
    """Send a test message over one of the person's own ways. Gives what is being sent.

    In the product it is an alert, proved by being opened: then there is nothing to wait for.

    Raises:
        NotAllowed: it is somebody else's, or the person changes nothing.
        Incomplete: the way is switched off, was tested a moment ago, or the hospital has no
            channel of its kind; the sentence says who can set one up.
    """
    point = ContactPoint.objects.select_related("person").get(pk=pk)
    if point.person_id != by.pk or not may_edit_contacts(point.person, by):
        raise NotAllowed(_("测试消息只能发给自己。"))
    if not point.is_active:
        raise Incomplete(_("这个联系方式停用了，请先启用。"))
    channel = None
    if point.kind != ContactPoint.Kind.IN_APP:
        channel = _channel_for(point)
    _insist_pause(point)
    facts = {"what": str(point.person), "kind": str(point.get_kind_display()), "point": pk}
    entry = record(f"person:{by.pk}", TEST_EVENT, by=by, facts=facts)
    if channel is not None:
        return _send(channel, by=by, at=entry.at, point=point)
    Alert.objects.create(
        person=by,
        entry=entry,
        text=_("测试消息：打开它，就证实您能收到站内告警。"),
        url=reverse("teams:my_contacts"),
        created_at=entry.at,
    )
    tell(by.pk)
    return None


@transaction.atomic
def try_channel(pk: int, *, by: Person, address: str = "") -> Delivery:
    """Send a test message over a channel, also one that is switched off or barred: whoever sets it
    up wants to know what its provider answers. Gives what is being sent.

    `address` is as the channel's kind wants it; a robot's group needs none.

    Raises NotAllowed for anybody but administrators, Incomplete where the address is missing or
    cannot be kept, Conflict where the last test was seconds ago or the channel is not there.
    """
    if not authority.may_configure(by):
        raise NotAllowed(_("您没有「%(verb)s」的权限。") % {"verb": _("试发")})
    channel = Channel.objects.select_for_update().filter(pk=pk).first()
    if channel is None:
        raise Conflict(_("这个渠道已经不在了。"))
    address = address.strip()
    made_of = channel.made_of
    if made_of.is_by_hand:
        raise Conflict(_("人工电话不发消息，没有服务商可试；请用呼叫演练来练。"))
    if not made_of.reaches:
        raise Conflict(_("这个渠道只发给在公开页订阅的人；自己订阅一次，马上会收到第一条。"))
    if made_of.needs_address and not address:
        sentence = _("请填写%(what)s。") % {"what": made_of.address_label}
        raise Incomplete(sentence, fields={"address": sentence})
    at = now()
    earlier = Delivery.objects.filter(
        channel=channel, purpose=Test, created_at__gt=at - PAUSE_OF_CHANNEL
    )
    if earlier.exists():
        raise Conflict(_("刚刚发过一条，请看完结果再试。"))
    try:
        sealed = sealing.seal({"address": address}, kind="address", host="") if address else ""
    except sealing.CannotOpen as error:
        raise Incomplete(_("没有设置 CHANNEL_KEY，地址无法保存，不能试发。")) from error
    facts = {"name": channel.name, "to": masked(address)}
    record(channel.stream, TRY_EVENT, by=by, at=at, facts=facts)
    return _send(channel, by=by, at=at, shown=masked(address), sealed=sealed)


@transaction.atomic
def confirm_test(pk: int, *, by: Person) -> Delivery:
    """The person has the test message before their eyes: the way works.

    Raises NotAllowed where it is somebody else's, Conflict where it did not go out yet.
    """
    test = Delivery.objects.select_for_update().get(pk=pk, purpose=Test)
    if test.person_id != by.pk:
        raise NotAllowed(_("这条测试消息不是发给您的。"))
    if test.sent_at is None:
        raise Conflict(_("这条测试消息还没有发出。"))
    at = now()
    Delivery.objects.filter(pk=pk).note(Delivery.Receipt.SEEN, at)
    if test.point_id is not None:
        note_contact_worked(test.point_id, how=ContactPoint.Proof.TEST, at=at)
    test.refresh_from_db()
    return test


def _send(
    channel: Channel,
    *,
    by: Person,
    at: datetime.datetime,
    point: ContactPoint | None = None,
    shown: str = "",
    sealed: str = "",
) -> Delivery:
    test = Delivery.objects.create(
        purpose=Test,
        person=by,
        point=point,
        channel=channel,
        kind=point.kind if point else "",
        shown=point.masked if point else shown,
        sealed_address=sealed,
        key=f"yj-test-{channel.pk}-{uuid.uuid4().hex}",
        created_at=at,
        due_at=at,
        expires_at=at + LIFE,
    )
    transaction.on_commit(partial(live.hurry, DELIVER), robust=True)
    return test


def _channel_for(point: ContactPoint) -> Channel:
    """The channel that an alert to this way would take first."""
    for channel in Channel.objects.active().exclude(kind__in=BY_HAND):
        if point.kind in channel.made_of.serves(channel.configuration):
            return channel
    raise Incomplete(_no_channel(point))


def _insist_pause(point: ContactPoint) -> None:
    # One person's row orders their tests: two presses at once are one message.
    Person.objects.select_for_update(no_key=True).get(pk=point.person_id)
    just_now = Entry.objects.filter(
        stream=f"person:{point.person_id}",
        event=TEST_EVENT,
        facts__point=point.pk,
        at__gte=now() - PAUSE,
    )
    if just_now.exists():
        raise Incomplete(_("刚刚发过一条，请一分钟后再试。"))


def _no_channel(point: ContactPoint) -> str:
    administrators = Person.objects.filter(is_active=True, roles__contains=[Role.ADMIN])
    who = "、".join(
        f"{person}（{person.phone}）" if person.phone else str(person)
        for person in administrators.order_by("pk")[:3]
    )
    sentence = _("医院尚未配置%(kind)s渠道，测试消息没有发出。") % {
        "kind": point.get_kind_display()
    }
    return sentence + (_("可以请%(who)s配置。") % {"who": who} if who else "")
