"""Each fact as a sentence, in Chinese or English: worded once, arranged by the surfaces.

The language is active while a surface is made, so that the catalogue words the sentences. What the
hospital wrote itself comes in the language that was written; where its English is missing, a
sentence stands for it that is true of any fault, and `generic` says so.
"""

import datetime
import re

from django.utils.translation import gettext as _

from notices.surfaces import clocks
from notices.surfaces.names import in_english
from notices.surfaces.surface import Line
from notices.surfaces.told import Told

# The standing sentence about emergencies; any other must be translated by a person.
EMERGENCY_AS_EVER = "急诊照常接诊"
_NUMBER = re.compile(r"\d[\d \-]{2,}\d")


class Sentences:
    """The facts of `told` in one language; times as `read_out`, else as they are written."""

    def __init__(self, told: Told, language: str, *, read_out: bool = False) -> None:
        self.told = told
        self.language = language
        self.read_out = read_out
        self.generic: list[str] = []

    def aloud(self) -> "Sentences":
        """The same, for a text that is read out."""
        other = Sentences(self.told, self.language, read_out=True)
        other.generic = self.generic
        return other

    # The facts ---------------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        """What it is about, in one line."""
        told = self.told
        if told.is_relapsed:
            return _("又出现故障：%(what)s") % {"what": self.affected}
        if told.is_over:
            if told.is_maintenance:
                return _("计划维护已结束")
            return _("已全部恢复正常") if told.all_clear_at else _("已恢复")
        if told.is_withdrawn:
            return _("计划维护已取消") if told.is_maintenance else _("此前的通知已撤回")
        if told.is_maintenance:
            words = _("计划维护：%(what)s") if told.is_planned else _("正在维护：%(what)s")
            return words % {"what": self.affected}
        return self.affected

    @property
    def affected(self) -> str:
        """What does not work."""
        if self.language == "zh":
            return self.told.affected or self.told.blank
        if self.told.affected_en:
            return self.told.affected_en
        self._is_generic("affected_en")
        names = [in_english(name) for name in self.told.services]
        known = [name for name in names if name]
        # Of what is planned the heading says already that it is out of service, and when.
        is_planned = self.told.is_maintenance
        if not known or len(known) < len(names):
            # Naming a part would say that the rest works.
            return _("部分服务") if is_planned else _("部分服务暂时无法办理")
        what = ", ".join(known)
        what = what[0].upper() + what[1:]
        return what if is_planned else _("暂时无法办理：%(what)s") % {"what": what}

    @property
    def advice(self) -> str:
        """What to do now."""
        if self.language == "zh":
            return self.told.advice or self.told.blank
        if not self.told.advice_en:
            self._is_generic("advice_en")
        return self.told.advice_en or _("请听从现场工作人员的安排。")

    @property
    def where(self) -> str:
        """Where to go; nothing where nothing is said about it."""
        told = self.told
        if self.language == "zh":
            return _("请到：%(place)s") % {"place": told.where_to_go} if told.where_to_go else ""
        if told.where_en:
            return _("请到：%(place)s") % {"place": told.where_en}
        if not told.where_to_go:
            return ""
        self._is_generic("where_en")
        return _("去哪里办理，请问现场工作人员。")

    @property
    def emergency(self) -> str:
        """How it stands with emergencies."""
        told = self.told
        if self.language == "zh":
            return told.emergency or told.blank
        if told.emergency_en:
            return told.emergency_en
        if told.emergency.strip("。. ") == EMERGENCY_AS_EVER:
            return _("急诊照常接诊")
        # It may say that emergencies go elsewhere: nothing may be promised here.
        self._is_generic("emergency_en")
        return _("急症患者请马上告诉身边的工作人员。")

    @property
    def expected(self) -> str:
        """The honest range of the recovery, that it did not come true, or that there is none."""
        told = self.told
        if told.is_maintenance:
            # From when to when stands in `planned`.
            return ""
        if told.expected_from is None or told.expected_to is None:
            return _("恢复时间暂时无法估计")
        times = {"from": self.clock(told.expected_from), "to": self.clock(told.expected_to)}
        if told.is_beyond:
            return _("原来预计 %(from)s 到 %(to)s 恢复，现在还没有恢复") % times
        return _("预计 %(from)s 到 %(to)s 之间恢复") % times

    @property
    def next_update(self) -> str:
        """When patients will hear again; that they should have, where the promise is past."""
        told = self.told
        if told.is_maintenance:
            # The clock speaks next: when it begins, then when it ends.
            moment = told.planned_from if told.is_planned else told.planned_to
            if moment is None or moment <= told.at:
                return ""
            return _("下次通报：%(time)s") % {"time": self.clock(moment)}
        if told.next_update_at is None:
            return _("下次通报：%(time)s") % {"time": told.blank}
        time = self.clock(told.next_update_at)
        if told.is_late:
            return _("原定 %(time)s 通报，还没有新的消息，工作人员正在更新") % {"time": time}
        return _("下次通报：%(time)s") % {"time": time}

    @property
    def since(self) -> str:
        told = self.told
        return _("开始时间：%(time)s") % {"time": self.clock(told.since)} if told.since else ""

    @property
    def planned(self) -> str:
        """From when to when planned work goes on."""
        told = self.told
        if not told.is_maintenance:
            return ""
        if told.planned_from is None or told.planned_to is None:
            return _("计划维护：%(from)s 到 %(to)s") % {"from": told.blank, "to": told.blank}
        times = {"from": self.clock(told.planned_from), "to": self.clock(told.planned_to)}
        if told.planned_to <= told.at:
            return _("计划维护原定 %(to)s 结束，还没有结束的消息") % times
        return _("计划维护：%(from)s 到 %(to)s") % times

    @property
    def contact(self) -> str:
        contact = self.told.contact
        if self.language == "en" and not contact.isascii():
            # A place in Chinese helps nobody here; a number does.
            number = _NUMBER.search(contact)
            contact = number.group(0) if number else ""
        return _("咨询：%(contact)s") % {"contact": contact} if contact else ""

    @property
    def published(self) -> str:
        at = self.told.published_at
        return _("发布于 %(time)s") % {"time": self.clock(at)} if at else ""

    @property
    def correction(self) -> str:
        """What was wrong in what patients read before."""
        if not self.told.correction:
            return ""
        if self.told.is_maintenance:
            return _("安排有变更，请以这一则为准。")
        if self.language == "en":
            self._is_generic("correction")
            return _("更正：此前的通知有误，请以这一则为准。")
        return _("更正：%(what)s") % {"what": self.told.correction}

    @property
    def outcome(self) -> str:
        """What holds now: after the end, or after the notice was taken back."""
        told = self.told
        if told.is_over:
            if self.language == "zh":
                return told.ended_text or told.blank
            if not told.ended_text_en:
                self._is_generic("ended_text_en")
            return told.ended_text_en or _("这则通知已经结束。现在的情况请问工作人员。")
        if told.is_withdrawn:
            if self.language == "zh":
                return told.withdrawal_reason
            self._is_generic("withdrawal_reason")
            return _("请不要再按此前的通知去做，有疑问请问工作人员。")
        return ""

    @property
    def all_clear(self) -> str:
        """The hospital has said the all clear."""
        at = self.told.all_clear_at
        return _("医院 %(time)s 宣布解除，各处照常办理") % {"time": self.clock(at)} if at else ""

    @property
    def relapse(self) -> str:
        """What was said to work again does not."""
        if not self.told.is_relapsed:
            return ""
        return _("此前已恢复的服务又出现故障，工作人员正在处理，新的通知会尽快发布。")

    @property
    def before(self) -> str:
        """What a withdrawn notice had said: whoever read it knows that it is this one."""
        if not self.told.is_withdrawn:
            return ""
        return _("原来写的是：%(what)s") % {"what": self.affected}

    @property
    def is_closed(self) -> bool:
        """Over or taken back: only the outcome counts."""
        return self.told.is_over or self.told.is_withdrawn

    # As lines ----------------------------------------------------------------------------------

    def line(self, kind: str) -> Line:
        """The fact of that name as a line: affected, advice, where, emergency, expected …"""
        return Line("next" if kind == "next_update" else kind, getattr(self, kind))

    def lines(self, *kinds: str) -> list[Line]:
        """These facts as lines; where it is over or taken back, the outcome alone; where the fault
        is back, nothing of what was said of the time before."""
        if self.told.is_relapsed:
            return [self.line("relapse"), self.line("emergency"), self.line("contact")]
        if self.told.is_withdrawn:
            return [self.line("outcome"), self.line("before")]
        if self.is_closed:
            return [self.line("outcome"), self.line("all_clear")]
        return [self.line(kind) for kind in kinds]

    def clock(self, at: datetime.datetime) -> str:
        if self.language == "en":
            return clocks.written_en(at, self.told.at)
        return (clocks.spoken if self.read_out else clocks.written)(at, self.told.at)

    def _is_generic(self, name: str) -> None:
        if name not in self.generic:
            self.generic.append(name)


def ended(text: str, mark: str = "。") -> str:
    """The sentence with one mark at its end."""
    return text if not text or text[-1] in "。！？…!?." else text + mark


def flowing(sentences: list[str], language: str) -> str:
    """Sentences one after the other, as they are said."""
    kept = [ended(text, "." if language == "en" else "。") for text in sentences if text]
    return (" " if language == "en" else "").join(kept)
