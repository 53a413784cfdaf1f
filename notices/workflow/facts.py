"""What a patient notice says, and the rules that its facts must keep (domain, section 4)."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from journal.refusals import Incomplete
from notices.models import Notice
from notices.wording import jargon_in
from plans.models import Grade
from teams.models import Service

# Where the grade sets no interval, an update within the day is still owed.
LONGEST_INTERVAL = timedelta(hours=24)
SPOKEN = (
    *("affected", "advice", "where_to_go", "emergency", "contact", "correction"),
    *("affected_en", "advice_en", "where_en", "emergency_en"),
)


_CHINESE = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Facts:
    """The facts that every surface is worded from.

    Times are aware; a range is both ends or none. `since` empty means: since the report.
    `correction` says what was wrong in the notice before; what ends in `_en` is in English.
    """

    affected: str
    advice: str
    next_update_at: datetime.datetime | None
    since: datetime.datetime | None = None
    where_to_go: str = ""
    emergency: str = "急诊照常接诊"
    expected_from: datetime.datetime | None = None
    expected_to: datetime.datetime | None = None
    contact: str = ""
    correction: str = ""
    affected_en: str = ""
    advice_en: str = ""
    where_en: str = ""
    emergency_en: str = ""
    services: Sequence[Service] = ()

    def stamp(self, notice: Notice) -> None:
        """Put the facts on a notice that is not saved yet; `services` follow after the saving."""
        for name in self._columns():
            setattr(notice, name, getattr(self, name))

    def told(self) -> dict[str, Any]:
        """For the journal: exactly what patients were or would be told."""
        return {name: getattr(self, name) for name in self._columns()} | {
            "services": [service.name for service in self.services]
        }

    @classmethod
    def _columns(cls) -> list[str]:
        return [field.name for field in fields(cls) if field.name != "services"]

    @classmethod
    def of(cls, notice: Notice) -> "Facts":
        """The facts of a stored notice."""
        return cls(
            services=list(notice.services.all()),
            **{name: getattr(notice, name) for name in cls._columns()},
        )


def checked(facts: Facts, incident: Incident, at: datetime.datetime) -> Facts:
    """The facts without blanks around them; refuses with a sentence at each wrong field.

    Raises Incomplete: see `wrong`.
    """
    facts = tidied(facts, incident)
    refuse(wrong(facts, incident, at))
    return facts


def tidied(facts: Facts, incident: Incident) -> Facts:
    """The facts without blanks around their words, and since when, where nobody said it."""
    spoken: dict[str, Any] = {name: (getattr(facts, name) or "").strip() for name in SPOKEN}
    return replace(facts, since=facts.since or incident.began_at, **spoken)


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
    for name in SPOKEN:
        found |= wrong_words(name, getattr(facts, name))
    if facts.since and facts.since > at:
        found["since"] = _("开始时间不能晚于现在。")
    found |= _wrong_range(facts, at)
    found |= wrong_next_update(incident, facts.next_update_at, at)
    return found


def wrong_words(name: str, text: str) -> dict[str, str]:
    """What is wrong with a text of a notice by itself: too long, jargon, Chinese for English."""
    longest = getattr(Notice._meta.get_field(name), "max_length", None)
    if longest is not None and len(text) > longest:
        return {name: _("请写短一些，最多 %(longest)s 个字。") % {"longest": longest}}
    if name.endswith("_en") and _CHINESE.search(text):
        return {name: _("这里请写英文；不会写就空着，英文版会用一句通用的话。")}
    return wrong_jargon(name, text)


def wrong_jargon(name: str, text: str) -> dict[str, str]:
    """A sentence at the field whose words patients would not understand, naming the words."""
    words = jargon_in(text)
    if not words:
        return {}
    return {name: _("患者听不懂「%(words)s」，请换成日常的话。") % {"words": "」「".join(words)}}


def _wrong_range(facts: Facts, at: datetime.datetime) -> dict[str, str]:
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


def refuse(wrong: dict[str, str]) -> None:
    """Raise Incomplete where any field is wrong; the sentence says all of it."""
    if wrong:
        raise Incomplete(" ".join(dict.fromkeys(wrong.values())), fields=wrong)


def _clock(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
