"""What a patient notice says, and the rules that its facts must keep (domain, section 4)."""

import datetime
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from notices.workflow.words import Words, refuse, wrong_words
from plans.models import Grade

# Where the grade sets no interval, an update within the day is still owed.
LONGEST_INTERVAL = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Facts(Words):
    """The facts of a notice. Times are aware; a range is both ends or none. `since` empty means:
    since the report. `correction` says what was wrong in the notice before."""

    next_update_at: datetime.datetime | None
    since: datetime.datetime | None = None
    expected_from: datetime.datetime | None = None
    expected_to: datetime.datetime | None = None
    correction: str = ""


def checked(facts: Facts, incident: Incident, at: datetime.datetime) -> Facts:
    """The facts without blanks around them; refuses with a sentence at each wrong field.

    Raises Incomplete: see `wrong`.
    """
    facts = tidied(facts, incident)
    refuse(wrong(facts, incident, at))
    return facts


def tidied(facts: Facts, incident: Incident) -> Facts:
    """The facts without blanks around their words, and since when, where nobody said it."""
    return replace(facts.tidied(), since=facts.since or incident.began_at)


def wrong(facts: Facts, incident: Incident, at: datetime.datetime) -> dict[str, str]:
    """What breaks the rules in tidied facts: a sentence at each wrong field.

    Something compulsory is missing, a text is too long or speaks the jargon of the trade, a time or
    range is not honest. The one judge: of the verbs, so of forms and API, and of the preview.
    """
    compulsory = {
        "affected": _("请写明什么用不了，例如「窗口和自助机暂时不能挂号」。"),
        "advice": _("请写明患者现在怎么办。"),
        "emergency": _("请写明急诊的情况。"),
    }
    found = {name: said for name, said in compulsory.items() if not getattr(facts, name)}
    for name in facts.spoken():
        found |= wrong_words(name, getattr(facts, name))
    if facts.since and facts.since > at:
        found["since"] = _("开始时间不能晚于现在。")
    found |= wrong_range(facts, at)
    found |= wrong_next_update(incident, facts.next_update_at, at)
    return found


def wrong_range(facts: Facts, at: datetime.datetime) -> dict[str, str]:
    """What is wrong with the expected recovery: nothing, or a sentence at one end of the range."""
    earliest, latest = facts.expected_from, facts.expected_to
    if earliest is None and latest is None:
        return {}
    if earliest is None or latest is None:
        missing = "expected_from" if earliest is None else "expected_to"
        return {missing: _("请给出从几点到几点的范围；暂时无法估计就两个都不填。")}
    if latest <= earliest:
        return {"expected_to": _("最晚恢复时间要晚于最早恢复时间。")}
    if latest <= at:
        return {"expected_to": _("预计恢复时间已经过了，请重新估计，或都不填。")}
    return {}


def interval_of(incident: Incident) -> timedelta:
    """How long patients may wait for the next update at most, by the incident's grade.

    Before IT has graded the incident the plan's provisional grade holds.
    """
    grade = incident.grade
    if grade is None:
        grade = Grade.objects.filter(
            plan=incident.plan_id, level=incident.plan.provisional_level
        ).first()
    if grade is None or grade.next_notice_minutes is None:
        return LONGEST_INTERVAL
    return timedelta(minutes=grade.next_notice_minutes)


def wrong_next_update(
    incident: Incident, next_update_at: datetime.datetime | None, at: datetime.datetime
) -> dict[str, str]:
    """What is wrong with a promised time: nothing, or a sentence at `next_update_at`."""
    if next_update_at is None:
        return {"next_update_at": _("请写明下次通报的时间，患者会等着看。")}
    if next_update_at <= at:
        return {
            "next_update_at": _("下次通报时间 %(time)s 已经过了，请另定一个时间。")
            % {"time": _clock(next_update_at)}
        }
    interval = interval_of(incident)
    # People type whole minutes: the minute that has begun counts as theirs.
    latest = at + interval + timedelta(minutes=1)
    if next_update_at > latest:
        grade = incident.grade
        return {
            "next_update_at": _(
                "%(grade)s最多 %(minutes)s 分钟通报一次，下次通报不能晚于 %(time)s。"
            )
            % {
                "grade": grade or _("未定级时"),
                "minutes": int(interval.total_seconds() // 60),
                "time": _clock(at + interval),
            }
        }
    return {}


def _clock(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
