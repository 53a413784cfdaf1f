"""The eight steps as a page shows them: done, now or waiting, with the time against its target."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from incidents.models.state import NOTICE_TRACK, State
from plans.models import Grade

# What is next in a state, and whose it is, where no clock of the plan says so.
NEXT: dict[str, tuple[Promise, Promise]] = {
    State.REPORTED: (_("确认故障"), _("信息技术部值班")),
    State.CONFIRMED: (_("下达指令"), _("指挥人员")),
    State.COMMANDED: (_("指定主修人，开始修复"), _("故障应急小组")),
    State.REPAIRING: (_("按检查单修复，然后开始恢复验证"), _("故障应急小组")),
    State.RESTORING: (_("完成恢复检查、备份和两方签字"), _("故障应急小组和受影响科室")),
    State.CLEANING: (_("写处理总结，办结未完事项"), _("故障应急小组")),
    State.REVIEWING: (_("召开评估会，提交书面报告"), _("各小组组长")),
}

# How many of the main road's steps lie behind an incident in each state.
_BEHIND = {
    State.REPORTED: 1,
    State.CONFIRMED: 2,
    State.COMMANDED: 3,
    State.REPAIRING: 3,
    State.RESTORING: 4,
    State.CLEANING: 5,
    State.REVIEWING: 6,
    State.CLOSED: 7,
}


@dataclass(frozen=True)
class Stage:
    """A step, shaped for parts/stepper.html; `took` and `target` count from the report.

    `state` is done, now, waiting or waived; `beside`: it runs beside the main road.
    """

    key: str
    # Follows from the key: it takes no part in comparing.
    name: Promise = field(compare=False)
    state: str
    at: datetime | None = None
    took: timedelta | None = None
    target: timedelta | None = None
    beside: bool = False

    @property
    def late(self) -> bool:
        return self.took is not None and self.target is not None and self.took > self.target


def stages(incident: Incident, grade: Grade | None) -> list[Stage]:
    """The eight steps of the plan for this incident; `grade` gives the targets, if there is one."""
    behind = _BEHIND.get(State(incident.state), 0)
    road = [
        ("report", _("报告"), incident.reported_at, None),
        ("confirm", _("确认"), incident.confirmed_at, grade.confirm_minutes if grade else None),
        ("command", _("指令"), incident.commanded_at, grade.command_minutes if grade else None),
        ("repair", _("修复"), incident.repair_started_at, None),
        ("restore", _("恢复"), incident.restored_at, grade.restore_minutes if grade else None),
        ("cleanup", _("清理"), incident.cleaned_at, None),
        ("review", _("评估"), incident.closed_at, None),
    ]
    found = []
    for number, (key, name, at, minutes) in enumerate(road):
        state = "done" if number < behind else "now" if number == behind else "waiting"
        found.append(_stage(incident, key, name, state, at, minutes))
    if not incident.is_open and incident.state != State.CLOSED:
        # Dismissed or merged: the road ends after the report.
        found = [_stage(incident, "report", _("报告"), "done", incident.reported_at, None)] + [
            Stage(stage.key, stage.name, "waiting") for stage in found[1:]
        ]
    found.insert(4, _notify(incident, grade))
    return found


def _stage(
    incident: Incident,
    key: str,
    name: Promise,
    state: str,
    at: datetime | None,
    minutes: int | None,
    beside: bool = False,
) -> Stage:
    return Stage(
        key,
        name,
        state,
        at,
        incident.lasted(incident.reported_at, at) if at and key != "report" else None,
        timedelta(minutes=minutes) if minutes else None,
        beside,
    )


def _notify(incident: Incident, grade: Grade | None) -> Stage:
    """Step 5 runs beside the repair, so it has a status of its own."""
    name = _("通知")
    minutes = grade.first_notice_minutes if grade else None
    if incident.notified_at is not None:
        return _stage(incident, "notify", name, "done", incident.notified_at, minutes, True)
    if incident.notice_waived_at is not None:
        return Stage("notify", name, "waived", incident.notice_waived_at, beside=True)
    state = "now" if incident.state in NOTICE_TRACK else "waiting"
    return _stage(incident, "notify", name, state, None, minutes, True)
