"""What is planned, and the rules that it must keep before patients read of it."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from notices.models import Maintenance
from notices.workflow.words import Words, refuse, wrong_words

# Announced so much earlier at most: a wrong year is a slip of the finger.
FURTHEST = datetime.timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Planned(Words):
    """What is planned, and what patients are told about it. Times are aware; `services` at least
    one. `title` is for colleagues."""

    title: str
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None

    def for_journal(self) -> dict[str, str | list[str]]:
        """What patients were or would be told, with the times as they are read."""
        told = self.told()
        del told["title"]
        return told | {"from": clock(self.starts_at), "to": clock(self.ends_at)}


def checked(facts: Planned, at: datetime.datetime, replaces: Maintenance | None) -> Planned:
    """The facts without blanks around them. Raises Incomplete: see `wrong`."""
    facts = facts.tidied()
    refuse(wrong(facts, at, replaces))
    return facts


def wrong(facts: Planned, at: datetime.datetime, replaces: Maintenance | None) -> dict[str, str]:
    """What breaks the rules in tidied facts: a sentence at each wrong field. The one judge: of the
    verbs, so of form and API, and of the preview."""
    compulsory = {
        "title": _("请写明做什么，例如「挂号系统升级」。"),
        "affected": _("请写明什么用不了，例如「窗口和自助机暂时不能挂号」。"),
        "services": _("请选择受影响的业务。"),
        "advice": _("请写明患者怎么办。"),
        "emergency": _("请写明急诊的情况。"),
    }
    found = {name: said for name, said in compulsory.items() if not getattr(facts, name)}
    for name in facts.spoken():
        if name != "title":
            found |= wrong_words(name, getattr(facts, name))
    if len(facts.title) > 60:
        found["title"] = _("请写短一些，最多 %(longest)s 个字。") % {"longest": 60}
    return found | wrong_times(facts, at, replaces)


def wrong_times(
    facts: Planned, at: datetime.datetime, replaces: Maintenance | None
) -> dict[str, str]:
    """What is wrong with from and to. A change of what runs may keep a beginning that is past."""
    start, end = facts.starts_at, facts.ends_at
    found: dict[str, str] = {}
    if start is None:
        found["starts_at"] = _("请写明从什么时候开始。")
    elif start <= at and not (replaces is not None and replaces.starts_at <= at):
        found["starts_at"] = _("开始时间已经过了；已经出了问题请报告故障。")
    elif start > at + FURTHEST:
        found["starts_at"] = _("开始时间在一年以后，请核对。")
    if end is None:
        found["ends_at"] = _("请写明到什么时候结束。")
    elif start is not None and end <= start:
        found["ends_at"] = _("结束时间要晚于开始时间。")
    elif end <= at:
        found["ends_at"] = _("结束时间已经过了。")
    elif end > at + FURTHEST:
        found["ends_at"] = _("结束时间在一年以后，请核对。")
    return found


def clock(at: datetime.datetime | None) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else ""
