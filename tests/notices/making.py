"""Notices for tests, through the verbs."""

from typing import Any

from incidents.models import Incident
from journal.models import Entry
from notices import workflow
from notices.models import Maintenance, Notice
from notices.workflow import Facts, Planned
from tests import make


def events(incident: Incident) -> list[str]:
    """What the journal has of it, in its order."""
    return list(Entry.objects.of(incident.stream).values_list("event", flat=True))


def facts(**other: Any) -> Facts:
    return Facts(
        **{
            "affected": "窗口和自助机暂时不能挂号、缴费",
            "advice": "请先取号,工作人员用手工方式办理",
            "where_to_go": "门诊楼一层 1 至 4 号窗口",
            "next_update_at": make.later(minutes=20),
            "services": [make.service("挂号"), make.service("缴费")],
        }
        | other
    )


def typed(**other: Any) -> dict[str, Any]:
    """What a browser sends for a notice form."""
    from django.utils import timezone

    said = facts()
    moment = timezone.localtime(said.next_update_at)
    return {
        "affected": said.affected,
        "advice": said.advice,
        "where_to_go": said.where_to_go,
        "emergency": said.emergency,
        "services": [str(service.pk) for service in said.services],
        "next_update_at": f"{moment:%Y-%m-%dT%H:%M}",
    } | other


def drafted(incident: Incident | None = None, **other: Any) -> Notice:
    incident = incident or make.incident("repairing")
    return workflow.draft(incident.pk, by=make.person("cs"), facts=facts(**other))


def approved(incident: Incident | None = None, **other: Any) -> Notice:
    return workflow.approve(drafted(incident, **other).pk, by=make.person("leader"))


def published(incident: Incident | None = None, **other: Any) -> Notice:
    return workflow.publish(approved(incident, **other).pk, by=make.person("cs"))


def updated(notice: Notice, **other: Any) -> Notice:
    """The successor, published."""
    successor = workflow.update(notice.pk, by=make.person("cs"), facts=facts(**other))
    workflow.approve(successor.pk, by=make.person("leader"))
    return workflow.publish(successor.pk, by=make.person("cs"))


def plan_of(**other: Any) -> Planned:
    return Planned(
        **{
            "title": "挂号系统升级",
            "affected": "窗口和自助机暂时不能挂号",
            "advice": "请提前办好，或第二天再来",
            "starts_at": make.later(hours=2),
            "ends_at": make.later(hours=4),
            "services": [make.service("挂号")],
        }
        | other
    )


def planned(state: str = "draft", **other: Any) -> Maintenance:
    """Planned maintenance that has come as far as `state`: draft, approved, announced, running or
    over; for the last two time is what has passed."""
    row = workflow.plan_maintenance(by=make.person("cs"), facts=plan_of(**other))
    if state == "draft":
        return row
    row = workflow.approve_maintenance(row.pk, by=make.person("it"))
    if state == "approved":
        return row
    row = workflow.announce_maintenance(row.pk, by=make.person("cs"))
    if state in ("running", "over"):
        pass_time(row, -60, 60 if state == "running" else -1)
        workflow.keep_planned()
    return Maintenance.objects.get(pk=row.pk)


def pass_time(row: Maintenance, starts: int, ends: int) -> None:
    """As if it had been announced long ago: begins and ends in so many minutes."""
    Maintenance.objects.filter(pk=row.pk).update(
        starts_at=make.later(minutes=starts), ends_at=make.later(minutes=ends)
    )
