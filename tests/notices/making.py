"""Notices for tests, through the verbs."""

from typing import Any

from incidents.models import Incident
from notices import workflow
from notices.models import Notice
from notices.workflow import Facts
from tests import make


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
