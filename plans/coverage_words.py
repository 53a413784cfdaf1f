"""What the coverage proof found, in words a head of department understands."""

import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plans.coverage import PROVED_WITHIN, Demand, Gap, Want
from plans.models import LEVELS
from teams.models import ContactPoint


def sentence(gap: Gap, zone: ZoneInfo) -> str:
    """«Ⅱ级 第3步（信息技术部一线） 12月24日 22:00–次日 06:00：只有1人，需要2人；短信90天未验证»."""
    return _("%(rung)s %(span)s：%(why)s") % {
        "rung": rung_of(gap.demand),
        "span": span(gap.begins, gap.ends, zone),
        "why": why(gap),
    }


def rung_of(demand: Demand) -> str:
    """Which step of which ladder, and whom it names."""
    return _("%(level)s级 第%(step)s步（%(target)s）") % {
        "level": dict(LEVELS)[demand.level],
        "step": demand.position,
        "target": demand.target,
    }


def proved_within() -> int:
    """For how many days a channel's success counts."""
    return PROVED_WITHIN.days


def span(begins: int, ends: int, zone: ZoneInfo) -> str:
    """Two moments as people say them; the second without what it shares with the first."""
    first = datetime.datetime.fromtimestamp(begins, zone)
    last = datetime.datetime.fromtimestamp(ends, zone)
    days = (last.date() - first.date()).days
    if days == 0:
        until = f"{last:%H:%M}"
    elif days == 1:
        until = _("次日 %(time)s") % {"time": f"{last:%H:%M}"}
    else:
        until = _moment(last)
    return f"{_moment(first)}–{until}"


def _moment(at: datetime.datetime) -> str:
    return f"{date_format(at, 'MONTH_DAY_FORMAT')} {at:%H:%M}"


def why(gap: Gap) -> str:
    """How many are reached, and what is the matter with the others."""
    if gap.only_on_network:
        parts = [_("没有一个人能不靠院内网络叫到")]
    elif gap.named == 0:
        parts = [_("没有人")]
    elif gap.named < gap.demand.needed and not gap.wants:
        parts = [_short(gap)]
    else:
        parts = [_short(gap) if gap.reached else _("一个人也叫不到")]
    for want, count in gap.wants.items():
        parts.append(_want(want, count, gap))
    return "；".join(parts)


def _short(gap: Gap) -> str:
    return _("只有 %(found)s 人，需要 %(needed)s 人") % {
        "found": gap.reached,
        "needed": gap.demand.needed,
    }


def _want(want: Want, count: int, gap: Gap) -> str:
    if want is Want.ON_LEAVE:
        return _("%(count)s 人请假") % {"count": count}
    if want is Want.NO_CONTACT:
        return _("%(count)s 人没有可用的联系方式") % {"count": count}
    if want is Want.OUT_OF_HOURS:
        return _("%(count)s 人的联系方式在这个时段不能用") % {"count": count}
    return "、".join(_age(kind, age) for kind, age in gap.oldest.items())


def _age(kind: str, age: datetime.timedelta | None) -> str:
    name = ContactPoint.Kind(kind).label
    if age is None:
        return _("%(channel)s从未验证") % {"channel": name}
    return _("%(channel)s %(days)s 天未验证") % {"channel": name, "days": age.days}
