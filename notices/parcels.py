"""A parcel: what one call of a channel carries, for one delivery or for several bundled ones."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from notices import invitations, links, subscribers
from notices.channels import Line, Message
from notices.models import Delivery
from notices.models.delivery import ORDINARY
from notices.workflow.reaching import is_practice
from plans.marks import DRILL

NUMERALS = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}


@dataclass(frozen=True)
class Parcel:
    """One message on its way: claimed under `token`, to be settled under the same."""

    token: uuid.UUID
    channel: int
    deliveries: tuple[int, ...]
    alerts: tuple[int, ...]
    line: Line
    message: Message
    address: str


def message_of(deliveries: Sequence[Delivery]) -> Message:
    """The words for these deliveries, whose alerts and incidents are loaded, the gravest first.

    What is real comes before drills, and only a message of nothing but drills is marked as one:
    else a real call would be taken for practice. In the others each line of a drill is marked.
    """
    deliveries = sorted(deliveries, key=_is_drill)
    first, is_drill = deliveries[0], all(_is_drill(one) for one in deliveries)
    if subscribers.is_for_subscriber(first):
        return subscribers.message_of(first)
    texts = list(dict.fromkeys(_text(one) for one in deliveries))
    if is_drill:
        # `Message` says it first, for each channel in its way.
        texts = [text.replace(DRILL, "") for text in texts]
    if len(texts) == 1:
        title, text = texts[0], _context(first)
    else:
        title = _("%(count)s 条告警：%(first)s") % {"count": len(texts), "first": texts[0]}
        text = "\n".join(f"{number}. {one}" for number, one in enumerate(texts, start=1))
    url = links.answer_url(first)
    return Message(
        title=title,
        text=text,
        url=url,
        key=first.key,
        keys=tuple(one.key for one in deliveries),
        is_repeat=any(one.is_repeat for one in deliveries),
        level=_level(first),
        is_drill=is_drill,
        variables=_variables(first, title, text, url),
        files=invitations.files_of(one.alert for one in deliveries if one.alert is not None),
    )


def _text(delivery: Delivery) -> str:
    if delivery.alert is not None:
        return delivery.alert.text
    if delivery.purpose == Delivery.Purpose.CANARY:
        return _("定时自检：收到说明这条告警渠道正常，不用处理。")
    return _("测试消息：收到说明这条告警渠道正常，不用处理。")


def _incident(delivery: Delivery) -> Incident | None:
    return delivery.alert.incident if delivery.alert is not None else None


def _is_drill(delivery: Delivery) -> bool:
    return delivery.alert is not None and is_practice(delivery.alert)


def _level(delivery: Delivery) -> int:
    """The grade that is spoken of; a drill's deliveries wait behind those of every real one."""
    alert = delivery.alert
    return delivery.level if alert is None or not is_practice(alert) else alert.level or ORDINARY


def _context(delivery: Delivery) -> str:
    incident = _incident(delivery)
    parts = [settings.HOSPITAL_NAME]
    if incident is not None:
        parts += [incident.number, _place(incident)]
    parts.append(f"{timezone.localtime(delivery.created_at):%H:%M}")
    return " · ".join(part for part in parts if part)


def _place(incident: Incident) -> str:
    return incident.location or (incident.department.name if incident.department else "")


def _variables(delivery: Delivery, title: str, text: str, url: str) -> dict[str, str]:
    incident = _incident(delivery)
    return {
        "level": NUMERALS.get(_level(delivery), ""),
        "title": title,
        "text": text,
        "number": incident.number if incident else "",
        "place": _place(incident) if incident else "",
        "time": f"{timezone.localtime(delivery.created_at):%H:%M}",
        "link": url,
        "hospital": settings.HOSPITAL_NAME,
    }
