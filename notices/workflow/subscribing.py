"""Verbs of subscriptions, by mail or to a browser, and what sends the news: rows in the pump.

No account, and no answer from which somebody could learn whether an address is known.
"""

import datetime
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from journal import live
from journal.models import Entry
from journal.recording import now
from journal.refusals import Conflict, Incomplete
from notices import links, pacing, planned, public, sealing
from notices.channels import Line, wire
from notices.channels.web_push import Browser
from notices.models import Channel, Delivery, Notice, Subscription
from notices.models.delivery import FOR_THE_PUBLIC
from notices.models.notice import WAS_PUBLIC, NoticeState
from notices.models.subscription import digest_of
from notices.subscribers import MOST, MOST_WAITING

Kind = Subscription.Kind

# Nobody follows the link of a mail after a day; the address goes with it.
WAITS_FOR = timedelta(hours=24)
# The first mail is sent again at most so often, with such a pause.
MOST_FIRST_MAILS, PAUSE = 3, timedelta(minutes=10)
# First messages in an hour, to all addresses together: the form is no way to write to strangers.
# A browser writes to nobody but itself.
MOST_AN_HOUR = {Kind.EMAIL: 60, Kind.PUSH: 600}
# News that waited longer are none.
LIFE = timedelta(hours=6)


@transaction.atomic
def subscribe(address: str, *, language: str = "zh") -> None:
    """Ask for updates by mail: sends the mail whose link confirms it.

    Raises Incomplete where no mail can be sent, or more was asked for than is kept.
    """
    channel = Channel.objects.for_subscribers().get(Kind.EMAIL)
    if channel is None:
        raise Incomplete(_("医院还没有开通邮件订阅。"))
    _ask(Kind.EMAIL, channel, address, digest_of(address), language)


@transaction.atomic
def subscribe_browser(browser: Browser, *, language: str = "zh") -> None:
    """Ask for updates in a browser: the first message comes at once, and with it the browser
    confirms that it was reached.

    Raises Incomplete where nothing can be sent to this browser, or more was asked for than is kept.
    """
    channel = Channel.objects.for_subscribers().get(Kind.PUSH)
    if channel is None:
        raise Incomplete(_("医院还没有开通浏览器推送。"))
    try:
        browser.insist(Line(channel.kind, channel.name, channel.configuration))
    except wire.Forbidden as error:
        raise Incomplete(_("医院的网络不连这个浏览器的推送服务。请改用其他方式。")) from error
    except ValueError as error:
        raise Incomplete(_("这个浏览器给的订阅不完整，请重新打开本页再试。")) from error
    _ask(Kind.PUSH, channel, browser.written(), digest_of(browser.endpoint), language)


def _ask(kind: Kind, channel: Channel, address: str, digest: str, language: str) -> None:
    """Keep the address and send its first message."""
    at = now()
    forget_unconfirmed(at)
    known = Subscription.objects.select_for_update().filter(digest=digest).first()
    if known is None:
        _insist_room(kind, at)
        sealed = sealing.seal({"address": address}, kind="subscription", host="")
        known, is_new = Subscription.objects.get_or_create(
            digest=digest,
            defaults={
                "kind": kind,
                "sealed_address": sealed,
                "language": language,
                "asked_at": at,
            },
        )
        if not is_new:
            return
    elif known.confirmed_at is not None or not _may_ask_again(known, at):
        # Said in the same words: whether an address is known is nobody's business.
        return
    else:
        known.asked, known.asked_at, known.language = known.asked + 1, at, language
        known.save(update_fields=["asked", "asked_at", "language"])
    Delivery.objects.create(
        purpose=Delivery.Purpose.CONFIRM,
        subscription=known,
        channel=channel,
        kind=kind,
        key=f"yj-subscribe-{known.pk}-{known.asked}",
        level=FOR_THE_PUBLIC,
        created_at=at,
        due_at=at,
        expires_at=at + LIFE,
    )
    transaction.on_commit(lambda: live.hurry("notices.tasks.deliver"), robust=True)


def _may_ask_again(known: Subscription, at: datetime.datetime) -> bool:
    return known.asked < MOST_FIRST_MAILS and known.asked_at < at - PAUSE


def _insist_room(kind: Kind, at: datetime.datetime) -> None:
    waiting = Subscription.objects.filter(confirmed_at__isnull=True, kind=kind).count()
    just_now = Delivery.objects.filter(
        purpose=Delivery.Purpose.CONFIRM, kind=kind, created_at__gt=at - timedelta(hours=1)
    )
    if waiting >= MOST_WAITING or just_now.count() >= MOST_AN_HOUR[kind]:
        raise Incomplete(_("现在申请的人太多，请过一会儿再试。"))
    if Subscription.objects.count() >= MOST:
        raise Incomplete(_("订阅的名额已满。请改用本页，或用 Atom、RSS 订阅。"))


@transaction.atomic
def confirm_subscription(token: str) -> Subscription:
    """The link of the first mail was followed. Again changes nothing.

    Raises Conflict where the link leads nowhere any more.
    """
    subscription = _of(token)
    if subscription.confirmed_at is None:
        subscription.confirmed_at = now()
        subscription.save(update_fields=["confirmed_at"])
    return subscription


@transaction.atomic
def unsubscribe(token: str) -> None:
    """Forget the address at once. Whoever is not known any more has what they wanted."""
    pk = links.subscription_of(token)
    if pk is not None:
        Subscription.objects.filter(pk=pk).delete()


@transaction.atomic
def forget_browser(endpoint: str) -> None:
    """A browser wants no more news. Its address is a secret between it and its push service: who
    knows it may end it."""
    Subscription.objects.filter(digest=digest_of(endpoint), kind=Kind.PUSH).delete()


def _of(token: str) -> Subscription:
    pk = links.subscription_of(token)
    found = Subscription.objects.select_for_update().filter(pk=pk).first() if pk else None
    if found is None:
        raise Conflict(_("这个链接已经失效。需要的话，请重新订阅。"))
    return found


def forget_unconfirmed(at: datetime.datetime) -> int:
    """Addresses that nobody confirmed within a day go."""
    old = Subscription.objects.filter(confirmed_at__isnull=True, asked_at__lt=at - WAITS_FOR)
    return old.delete()[0]


@transaction.atomic
def tidy() -> int:
    """Now and then: forget what must not be kept. Gives how many addresses went."""
    at = now()
    pacing.sweep(at)
    return forget_unconfirmed(at)


@transaction.atomic
def seal_subscriptions_anew() -> tuple[int, int]:
    """Seal every address with the newest key: after `CHANNEL_KEY` was changed. Gives how many were
    sealed, and how many none of the keys opens: these stay, for the right key may yet be found.
    """
    done, closed = 0, 0
    for row in Subscription.objects.select_for_update().order_by("pk"):
        try:
            row.sealed_address = sealing.sealed_anew(row.sealed_address)
        except sealing.CannotOpen:
            closed += 1
            continue
        row.save(update_fields=["sealed_address"])
        done += 1
    return done, closed


def tell_of_notice(entry: Entry) -> None:
    """A notice was published, corrected, ended or taken back."""
    notice = (
        Notice.objects.for_the_public()
        .filter(pk=entry.facts.get("notice"), published_at__isnull=False)
        .first()
    )
    if notice is not None and notice.state in (*WAS_PUBLIC, Notice.State.WITHDRAWN):
        _tell(entry, notice)


def tell_of_incident(entry: Entry) -> None:
    """The all clear was said, or the fault is back: told to those who read of it, so only where
    patients read of the incident at all, and that it was over."""
    notice = (
        Notice.objects.for_the_public()
        .filter(incident=int(entry.stream.removeprefix("incident:")), state=NoticeState.ENDED)
        .order_by("-number")
        .first()
    )
    if notice is not None:
        _tell(entry, notice)
    # The surfaces say it at once, not only when somebody asks.
    transaction.on_commit(public.renew, robust=True)


def tell_of_maintenance(entry: Entry) -> None:
    """Planned maintenance was announced, has begun, is over, was cancelled or became a fault."""
    row = planned.of(entry)
    if row is not None and row.announced_at is not None:
        _tell(entry)


def _tell(entry: Entry, notice: Notice | None = None) -> None:
    channels = Channel.objects.for_subscribers()
    if not channels:
        return
    at = now()
    readers = Subscription.objects.filter(confirmed_at__isnull=False, kind__in=channels)
    made = [
        Delivery(
            purpose=Delivery.Purpose.PUBLIC,
            subscription_id=pk,
            entry=entry,
            notice=notice,
            channel=channels[kind],
            kind=kind,
            key=f"yj-news-{entry.pk}-{pk}",
            level=FOR_THE_PUBLIC,
            created_at=at,
            due_at=at,
            expires_at=at + LIFE,
        )
        for pk, kind in readers.order_by("pk").values_list("pk", "kind")[:MOST]
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    if made:
        transaction.on_commit(lambda: live.hurry("notices.tasks.deliver"), robust=True)
