"""Test messages: does a way to be reached bring a message to its owner?"""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from journal.models import Entry
from journal.recording import now, record
from journal.refusals import Incomplete, NotAllowed
from notices.models import Alert
from notices.workflow.alerting import TEST_EVENT, tell
from teams.authority import may_edit_contacts
from teams.models import ContactPoint, Person, Role

# Providers limit calls per number; a second message within this time proves nothing more.
PAUSE = timedelta(minutes=1)


@transaction.atomic
def send_test(pk: int, *, by: Person) -> ContactPoint:
    """Send a test message over one of the person's own ways. Gives the point.

    In the product it is an alert, proved by being opened.

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
    if point.kind != ContactPoint.Kind.IN_APP:
        raise Incomplete(_no_channel(point))
    _insist_pause(point)
    facts = {"what": str(point.person), "kind": str(point.get_kind_display()), "point": pk}
    entry = record(f"person:{by.pk}", TEST_EVENT, by=by, facts=facts)
    Alert.objects.create(
        person=by,
        entry=entry,
        text=_("测试消息：打开它，就证实您能收到站内告警。"),
        url=reverse("teams:my_contacts"),
        created_at=entry.at,
    )
    tell(by.pk)
    return point


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
