"""现在能叫到人吗: whether the hospital could be called right now, in words, and if not, why.

Each finding is a plain sentence with what to do about it; the page shows them, the dashboard's head
their sum. Nothing here is a guess: rows of PostgreSQL by its own clock.
"""

import datetime
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from journal.recording import now
from notices.models import Attempt, Channel, Climb, Delivery
from ops import restored
from ops.watchdog import LATE_AFTER
from ops.workflow import age_of_beat
from teams.models import ContactPoint, Duty, Roster

# A message that is due and has waited for longer than this: the sender does not keep up.
SLOW, STUCK = timedelta(seconds=15), timedelta(seconds=60)
# So fresh a proof counts as «worked lately» (as in the plan's coverage).
LATELY = timedelta(days=30)
OUTCOMES_OF = timedelta(hours=24)


class Grade(IntEnum):
    """How bad a finding is."""

    WELL, WEAK, BAD = 0, 1, 2


@dataclass(frozen=True)
class Finding:
    """One sentence about one part; `mend` is where it is put right."""

    grade: Grade
    part: str
    words: str
    mend: str = ""

    @property
    def name(self) -> str:
        return self.grade.name.lower()


@dataclass(frozen=True)
class OnDuty:
    """One person on duty now, and by which ways they can be reached."""

    roster: str
    person: str
    ways: list[str]
    proved: list[str]
    off_network: bool


@dataclass(frozen=True)
class ChannelState:
    """One way out of the product and how it does."""

    channel: Channel
    sent: int
    failed: int
    waiting: int
    is_closed: bool
    canary_at: datetime.datetime | None
    canary_ok: bool


@dataclass(frozen=True)
class Report:
    """Everything that the page shows. `grade` is the worst finding's."""

    at: datetime.datetime
    findings: list[Finding]
    people: list[OnDuty]
    channels: list[ChannelState]

    @property
    def grade(self) -> Grade:
        return max((one.grade for one in self.findings), default=Grade.WELL)

    @property
    def name(self) -> str:
        return self.grade.name.lower()

    @property
    def summary(self) -> str:
        """One line for the head of the dashboard."""
        if self.grade == Grade.WELL:
            return _("正常")
        worst = [one.words for one in self.findings if one.grade == self.grade]
        if self.grade == Grade.BAD:
            return _("有问题：%(why)s") % {"why": worst[0]}
        return _("能叫到，但要留意：%(why)s") % {"why": worst[0]}


def look() -> Report:
    """Look at everything once; a fixed number of queries."""
    at = now()
    channels = _channels(at)
    people = _people(at, channels)
    findings = [
        *_restored(),
        *_engine(),
        *_queue(at),
        *_ways_out([one for one in channels if one.channel.made_of.calls_by_itself]),
        *_duty(at, people),
        *_ladders(),
    ]
    findings.sort(key=lambda one: -one.grade)
    return Report(at, findings, people, channels)


def engine_findings() -> list[Finding]:
    """Only what the engine itself needs to call people: pulses and queue."""
    return [*_engine(), *_queue(now())]


def _restored() -> list[Finding]:
    """A backup was put back, and nobody has compared yet what was not said because of it."""
    found = restored.to_be_checked()
    if found is None:
        return []
    words = _("数据库从备份恢复：%(calls)s 条呼叫、%(clocks)s 个时限没有再发，请核对实际情况。")
    return [Finding(Grade.BAD, "restored", words % found.facts, reverse("reachable"))]


def _engine() -> list[Finding]:
    """The pulses of beat and its worker, the sender, and the watchdog that stands in for them."""
    ages = {part: age_of_beat(part) for part in ("beat", "sender", "watchdog")}
    late = {part for part, age in ages.items() if age is None or age > LATE_AFTER}
    if not late:
        words = _("引擎正常：计时、发送和看门狗都在走。")
        return [Finding(Grade.WELL, "engine", words)]
    if "watchdog" not in late:
        which = "、".join(_PARTS[part]() for part in ("beat", "sender") if part in late)
        words = _("%(which)s没有心跳，看门狗正在代办，呼叫会慢几秒。") % {"which": which}
        return [Finding(Grade.WEAK, "engine", words)]
    if late == {"watchdog"}:
        words = _("看门狗没有心跳：现在呼叫正常，但引擎停了没有人代办。请重启看门狗。")
        return [Finding(Grade.WEAK, "engine", words)]
    which = "、".join(_PARTS[part]() for part in ages if part in late)
    words = _("%(which)s都没有心跳，系统现在不会叫人。请马上重启，期间改打电话。") % {
        "which": which
    }
    return [Finding(Grade.BAD, "engine", words)]


_PARTS = {
    "beat": lambda: _("节拍和任务"),
    "sender": lambda: _("发送"),
    "watchdog": lambda: _("看门狗"),
}


def _queue(at: datetime.datetime) -> list[Finding]:
    """How long messages that are due have waited, on channels that could take them."""
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=at).aggregate(
        count=Count("pk"), oldest=Min("due_at")
    )
    if not waiting["count"]:
        return [Finding(Grade.WELL, "queue", _("没有积压的消息。"))]
    age = at - waiting["oldest"]
    facts = {"count": waiting["count"], "seconds": round(age.total_seconds())}
    if age <= SLOW:
        words = _("%(count)s 条消息正在排队，最久 %(seconds)s 秒。") % facts
        return [Finding(Grade.WELL, "queue", words)]
    words = _("%(count)s 条消息积压，最久已等 %(seconds)s 秒。") % facts
    return [Finding(Grade.BAD if age > STUCK else Grade.WEAK, "queue", words)]


def _channels(at: datetime.datetime) -> list[ChannelState]:
    outcomes = {
        row["delivery__channel"]: row
        for row in Attempt.objects.filter(began_at__gt=at - OUTCOMES_OF)
        .values("delivery__channel")
        .order_by()
        .annotate(
            sent=Count("pk", filter=Q(result="sent")),
            failed=Count("pk", filter=~Q(result__in=["sent", ""])),
        )
    }
    waiting = dict(
        Delivery.objects.under_way().values_list("channel").order_by().annotate(count=Count("pk"))
    )
    canaries = {
        row["channel"]: row
        for row in Delivery.objects.filter(purpose=Delivery.Purpose.CANARY)
        .values("channel")
        .order_by()
        .annotate(last=Max("created_at"), ok=Max("sent_at"))
    }
    found = []
    for channel in Channel.objects.order_by("position", "pk"):
        if not channel.is_active:
            continue
        done: Any = outcomes.get(channel.pk, {})
        canary: Any = canaries.get(channel.pk, {})
        found.append(
            ChannelState(
                channel=channel,
                sent=done.get("sent", 0),
                failed=done.get("failed", 0),
                waiting=waiting.get(channel.pk, 0),
                is_closed=channel.is_closed_at(at),
                canary_at=canary.get("last"),
                canary_ok=bool(canary.get("ok") and canary["ok"] >= canary["last"]),
            )
        )
    return found


def _ways_out(channels: list[ChannelState]) -> list[Finding]:
    url = reverse("notices:channels")
    if not channels:
        words = _("还没有配置短信、电话等告警渠道：人不在电脑前就叫不到。")
        return [Finding(Grade.BAD, "channels", words, url)]
    findings = []
    closed = [one.channel.name for one in channels if one.is_closed]
    if len(closed) == len(channels):
        words = _("全部告警渠道都熔断了，只能在系统里叫人。请改打电话。")
        findings.append(Finding(Grade.BAD, "channels", words, url))
    elif closed:
        words = _("渠道 %(names)s 熔断，正在改用其他渠道。") % {"names": "、".join(closed)}
        findings.append(Finding(Grade.WEAK, "channels", words, url))
    silent = [
        one.channel.name
        for one in channels
        if one.canary_at is not None and not one.canary_ok and not one.is_closed
    ]
    if silent:
        words = _("渠道 %(names)s 最近一次自检没有成功。") % {"names": "、".join(silent)}
        findings.append(Finding(Grade.WEAK, "canary", words, url))
    if not findings:
        findings.append(Finding(Grade.WELL, "channels", _("告警渠道都能用。"), url))
    return findings


def _people(at: datetime.datetime, channels: list[ChannelState]) -> list[OnDuty]:
    """Everybody on duty now. A way counts where the hospital has an open channel for its kind."""
    served: set[str] = set()
    for one in channels:
        if not one.is_closed:
            served |= set(one.channel.made_of.serves(one.channel.configuration))
    duties = list(
        Duty.objects.at(at)
        .filter(roster__is_active=True)
        .select_related("person", "roster")
        .order_by("roster__position", "roster", "slot")
    )
    points: dict[int, list[ContactPoint]] = {}
    for point in (
        ContactPoint.objects.in_use()
        .filter(person__in=[duty.person_id for duty in duties])
        .order_by("position", "pk")
    ):
        points.setdefault(point.person_id, []).append(point)
    found = []
    for duty in duties:
        usable = [
            point
            for point in points.get(duty.person_id, [])
            if point.is_open_at(at)
            and (point.kind == ContactPoint.Kind.IN_APP or point.kind in served)
        ]
        fresh = [
            point
            for point in usable
            if point.last_ok_at is not None and point.last_ok_at > at - LATELY
        ]
        found.append(
            OnDuty(
                roster=duty.roster.name,
                person=duty.person.name,
                ways=[str(point.get_kind_display()) for point in usable],
                proved=[str(point.get_kind_display()) for point in fresh],
                off_network=any(point.is_off_network for point in usable),
            )
        )
    return found


def _duty(at: datetime.datetime, people: list[OnDuty]) -> list[Finding]:
    url = reverse("teams:duty")
    findings = []
    served = {one.roster for one in people}
    rosters = Roster.objects.filter(is_active=True, round_the_clock=True)
    empty = [name for name in rosters.values_list("name", flat=True) if name not in served]
    if empty:
        words = _("%(names)s现在没有人值班。") % {"names": "、".join(empty)}
        findings.append(Finding(Grade.BAD, "duty", words, url))
    elif not people:
        words = _("现在没有人值班，升级链只能按角色和小组叫人。")
        findings.append(Finding(Grade.WEAK, "duty", words, url))
    unreachable = [one.person for one in people if not one.ways]
    if unreachable:
        words = _("值班的%(names)s没有任何能用的联系方式。") % {"names": "、".join(unreachable)}
        findings.append(Finding(Grade.BAD, "people", words, url))
    only_here = [one.person for one in people if one.ways and not one.off_network]
    if only_here:
        words = _("值班的%(names)s没有不依赖本院网络的联系方式（电话）。") % {
            "names": "、".join(only_here[:5])
        }
        findings.append(Finding(Grade.WEAK, "people", words, url))
    if not findings:
        findings.append(Finding(Grade.WELL, "duty", _("值班的人都有能用的联系方式。"), url))
    return findings


def _ladders() -> list[Finding]:
    # Practice raises no alarm.
    spent = (
        Climb.objects.active().filter(exhausted_at__isnull=False, incident__is_drill=False).count()
    )
    if not spent:
        return []
    words = _("%(count)s 起事件的升级链已走完，没有人确认。请马上打电话。") % {"count": spent}
    return [Finding(Grade.BAD, "ladders", words, reverse("incidents:dashboard"))]
