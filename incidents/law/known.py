"""What the incident's record knows of each field of the regulator's form, in Chinese words."""

import datetime
from collections.abc import Callable
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from incidents.models import Check, Deadline, Incident
from journal.models import Entry
from journal.telling import label_of, sentence_of
from plans.models import FaultType

# GB/T 20986-2023, by what is known of the fault; the means of an attack decide further.
CATEGORIES = {
    FaultType.HARDWARE: "设备设施故障事件",
    FaultType.SOFTWARE: "设备设施故障事件",
    FaultType.NETWORK: "设备设施故障事件",
    FaultType.DATA_LOSS: "数据安全事件",
    FaultType.ATTACK: "网络攻击事件或恶意程序事件",
}
# 《国家网络安全事件报告管理办法》: people whose data are concerned, the gravest first.
_NATIONAL = ((100_000_000, "特别重大"), (10_000_000, "重大"), (1_000_000, "较大"))
# What a further report tells of what happened since the last one.
_TOLD = ("incident.", "order.", "exposed.", "custody.", "backup.", "regulatory.knowledge")
_MOST_TOLD = 20

_tellers: list[Callable[[Incident], dict[str, str]]] = []


def also_known(teller: Callable[[Incident], dict[str, str]]) -> Callable[..., dict[str, str]]:
    """Register a room above that knows fields of the form: it gives texts by their keys."""
    _tellers.append(teller)
    return teller


class Known:
    """One incident, read once; each property is the text of one field, empty where unknown."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident

    @cached_property
    def above(self) -> dict[str, str]:
        """What rooms above know: causes, lessons, measures."""
        found: dict[str, str] = {}
        for teller in _tellers:
            found |= teller(self.incident)
        return found

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.of(self.incident.stream))

    @property
    def unit(self) -> str:
        return str(settings.HOSPITAL_NAME)

    @property
    def system(self) -> str:
        services = "、".join(service.name for service in self.incident.services.all())
        return f"客户服务系统（{services}）" if services else "客户服务系统"

    @property
    def phone(self) -> str:
        return f"24小时值班电话 {settings.DUTY_PHONE}" if settings.DUTY_PHONE else ""

    @property
    def rule(self) -> str:
        """Since when it is known, and when it was found."""
        clock = self.incident.deadlines.filter(kind=Deadline.Kind.REGULATORY).first()
        known = clock.armed_at if clock else self.incident.confirmed_at
        words = f"发现时间：{_at(self.incident.began_at)}"
        return f"{words}；知情时间：{_at(known)}" if known else words

    @property
    def place(self) -> str:
        return self.incident.location

    @property
    def category(self) -> str:
        kind = FaultType(self.incident.fault_type) if self.incident.fault_type else None
        return f"{CATEGORIES[kind]}（{kind.label}）" if kind else ""

    @property
    def grade(self) -> str:
        grade = self.incident.grade
        return f"{grade.numeral}级（{grade.meaning}）" if grade else ""

    @property
    def national(self) -> str:
        """By the number of people alone; whatever else makes an event grave, people judge."""
        count = self.incident.records_exposed or 0
        return next((f"{name}（涉及{count}条）" for least, name in _NATIONAL if count >= least), "")

    @property
    def course(self) -> str:
        return "\n".join(filter(None, (self.incident.seen, self.incident.summary)))

    @property
    def effect(self) -> str:
        incident = self.incident
        places = "、".join(row.name for row in incident.affected.all())
        counts = (
            (f"影响科室：{places}" if places else ""),
            (f"等候{incident.waiting}人" if incident.waiting else ""),
            (f"停用窗口{incident.windows_closed}个" if incident.windows_closed else ""),
            (f"涉及患者信息{incident.records_exposed}条" if incident.records_exposed else ""),
            (f"{_at(incident.restored_at)} 服务恢复" if incident.restored_at else "服务尚未恢复"),
        )
        return "；".join(filter(None, counts))

    @property
    def measures(self) -> str:
        incident = self.incident
        steps = (
            ("下达指令", incident.commanded_at),
            ("开始修复", incident.repair_started_at),
            ("通知患者", incident.notified_at),
            ("服务恢复", incident.restored_at),
        )
        done = [f"{_at(at)} {words}" for words, at in steps if at is not None]
        rows = incident.checks.filter(result=Check.Result.DONE, round=0).order_by("pk")
        checks = "、".join(row.text for row in rows.select_related("item"))
        if checks:
            done.append(f"已完成：{checks}")
        names = "、".join(incident.backups.order_by("pk").values_list("name", flat=True))
        if names:
            done.append(f"备份：{names}")
        return "\n".join(done)

    @property
    def progress(self) -> str:
        """What happened since the last report was noted."""
        last = max((e.at for e in self.entries if e.event == "regulatory.note"), default=None)
        told = [
            f"{_at(e.at)} {label_of(e.event)}：{sentence_of(e.event, e.facts)}".rstrip("：")
            for e in self.entries
            if e.event.startswith(_TOLD) and (last is None or e.at > last)
        ]
        return "\n".join(told[-_MOST_TOLD:])

    @property
    def scene(self) -> str:
        steps = self.incident.custody.all()
        return "\n".join(
            f"{_at(step.handed_at)} {step.what}由{step.from_whom}交{step.to_whom}，"
            f"存{step.kept_where}"
            for step in steps
        )

    @property
    def personal(self) -> str:
        rows = self.incident.exposed.newest()
        return "；".join(f"{row.kind}{row.count}条" for row in rows if row.count)

    @property
    def cause(self) -> str:
        return self.above.get("cause", "")

    @property
    def lessons(self) -> str:
        return self.above.get("lessons", "")

    @property
    def rectification(self) -> str:
        return self.above.get("rectification", "")


def _at(moment: datetime.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
