"""Mail to those who subscribed: in which words, and whether it is still wanted."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from notices import links, public, surfaces
from notices.channels import Message
from notices.models import Delivery, Notice
from notices.models.notice import NoticeState
from notices.surfaces.registry import LANGUAGES

# Kept addresses in all, and of those how many that nobody has confirmed yet.
MOST, MOST_WAITING = 3000, 300
# Mails that came back in a row: then the address is forgotten.
MOST_FAILURES = 3
# Of the channel's pace so much is theirs: calls to staff find the rest free.
SHARE = 0.5
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
    notice = delivery.notice
    if notice is None or not Notice.objects.for_the_public().filter(pk=notice.pk).exists():
        return _("不再公开。")
    later = Delivery.objects.filter(
        subscription=subscription, notice=notice, purpose=delivery.purpose, pk__gt=delivery.pk
    )
    # One mail for what ended before its publication went out.
    if notice.state == NoticeState.UPDATED or later.exists():
        return _("已有新的一版。")
    return ""


def message_of(delivery: Delivery) -> Message:
    """The mail, in the language in which its reader asked for it."""
    subscription = delivery.subscription
    language = subscription.language if subscription is not None else "zh"
    token = links.subscription_token(delivery.subscription_id or 0)
    with translation.override(LANGUAGES[language]):
        leave = settings.SITE_URL + reverse("notices:unsubscribe", args=[token])
        if delivery.purpose == Delivery.Purpose.CONFIRM:
            title, text = _confirm_words()
            url = settings.SITE_URL + reverse("notices:confirm_subscription", args=[token])
        else:
            title, text = _news(delivery, language)
            url = f"{settings.SITE_URL}{reverse('notices:public')}?lang={language}"
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
        )


def _confirm_words() -> tuple[str, str]:
    text = _(
        "有人用这个地址申请，在医院服务受影响时收到邮件。"
        "如果是您，请在 24 小时内打开下面的链接确认。"
        "不是您就不用理会，我们不会再写信给您。"
    )
    return _("请确认邮件订阅"), text


def _news(delivery: Delivery, language: str) -> tuple[str, str]:
    said: dict[str, Any] = public.said(delivery.notice) if delivery.notice is not None else {}
    surface = surfaces.of(said, "page", language)
    return surface.heading, "\n".join(line.text for line in surface.lines)
