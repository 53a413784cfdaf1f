"""Mails and pushes to those who subscribed: in which words, and whether it is still wanted."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notices import links, planned, public, surfaces
from notices.channels import Message
from notices.models import Delivery, Maintenance, Notice, Subscription
from notices.models.notice import NoticeState
from notices.surfaces.registry import LANGUAGES

# Kept addresses in all, and of those how many that nobody has confirmed yet.
MOST, MOST_WAITING = 3000, 300
# Mails that came back in a row: then the address is forgotten.
MOST_FAILURES = 3
# Of the channel's pace so much is theirs: calls to staff find the rest free.
SHARE = 0.5
# The events after which all works again, and what was said to work again does not.
ALL_CLEAR = "incident.all_clear"
RELAPSE = "incident.relapse"
_PURPOSES = (Delivery.Purpose.PUBLIC, Delivery.Purpose.CONFIRM)


def is_for_subscriber(delivery: Delivery) -> bool:
    return delivery.purpose in _PURPOSES


def unwanted(delivery: Delivery) -> str:
    """Why it is not to be sent any more, as a sentence; empty where it is."""
    subscription = delivery.subscription
    if subscription is None:
        return _("已经退订。")
    if delivery.purpose == Delivery.Purpose.CONFIRM:
        return "" if subscription.confirmed_at is None else _("已经确认。")
    later = Delivery.objects.filter(
        subscription=subscription, purpose=delivery.purpose, pk__gt=delivery.pk
    )
    entry = delivery.entry
    maintenance = planned.of(entry)
    if entry is not None and maintenance is not None:
        replaced = maintenance.state == Maintenance.State.REPLACED
        is_old = replaced or later.filter(entry__stream=entry.stream).exists()
    else:
        notice = _notice(delivery)
        if notice is None:
            return _("不再公开。")
        # One mail for what ended before its publication went out.
        is_old = notice.state == NoticeState.UPDATED or later.filter(notice=notice).exists()
        is_old = is_old or not _still_holds(delivery, notice)
    return _("已有新的一版。") if is_old else ""


def message_of(delivery: Delivery) -> Message:
    """The mail or push, in the language in which its reader asked for it."""
    subscription = delivery.subscription
    language = subscription.language if subscription is not None else "zh"
    token = links.subscription_token(delivery.subscription_id or 0)
    with translation.override(LANGUAGES[language]):
        leave = settings.SITE_URL + reverse("notices:unsubscribe", args=[token])
        confirm = settings.SITE_URL + reverse("notices:confirm_subscription", args=[token])
        url = f"{settings.SITE_URL}{reverse('notices:public')}?lang={language}"
        is_first = delivery.purpose == Delivery.Purpose.CONFIRM
        is_push = delivery.kind == Subscription.Kind.PUSH
        if is_first and is_push:
            title, text = _("订阅好了"), _("服务状态有更新，就在这里告诉您。")
        elif is_first:
            (title, text), url = _confirm_words(), confirm
        else:
            title, text = _news(delivery, language)
            if not is_push:
                text += "\n\n" + _("不想再收到：%(url)s") % {"url": leave}
        return Message(
            title=_("【%(hospital)s】%(what)s")
            % {"hospital": settings.HOSPITAL_NAME, "what": title},
            text=text,
            url=url,
            key=delivery.key,
            keys=(delivery.key,),
            is_repeat=delivery.is_repeat,
            level=delivery.level,
            leave_url=leave,
            variables={"confirm": confirm} if is_first and is_push else {},
        )


def _confirm_words() -> tuple[str, str]:
    text = _(
        "有人用这个地址申请，在医院服务受影响时收到邮件。"
        "如果是您，请在 24 小时内打开下面的链接确认。"
        "不是您就不用理会，我们不会再写信给您。"
    )
    return _("请确认邮件订阅"), text


def _news(delivery: Delivery, language: str) -> tuple[str, str]:
    surface = surfaces.of(_said(delivery), "page", language)
    return surface.heading, "\n".join(line.text for line in surface.lines)


def _said(delivery: Delivery) -> dict[str, Any]:
    """The facts that the public page has of it, as they are now."""
    maintenance = planned.of(delivery.entry)
    if maintenance is not None:
        return planned.said(maintenance)
    notice = _notice(delivery)
    if notice is None:
        return {}
    return public.relapsed(notice) if _is_relapse(delivery) else public.said(notice)


def _notice(delivery: Delivery) -> Notice | None:
    """The notice, where it may be spoken of outside, with what came of it."""
    if delivery.notice_id is None:
        return None
    found = Notice.objects.for_the_public().with_aftermath()
    return found.filter(pk=delivery.notice_id).first()


def _still_holds(delivery: Delivery, notice: Notice) -> bool:
    """Is the fault still back, or still all clear, where that is what the reader is told?"""
    if _is_relapse(delivery):
        return public.is_unanswered(notice)
    is_all_clear = delivery.entry is not None and delivery.entry.event == ALL_CLEAR
    return not is_all_clear or public.said(notice)["all_clear_at"] is not None


def _is_relapse(delivery: Delivery) -> bool:
    return delivery.entry is not None and delivery.entry.event == RELAPSE
