"""Reviews for tests, made by the product's own verbs."""

import datetime
from typing import Any

from django.utils import timezone

import plans.workflow
from incidents.models import Incident
from plans.models import PlanVersion
from reviews import workflow
from reviews.models import ActionItem, Review, Submission
from tests import make


def reviewing() -> Incident:
    return make.incident("reviewing")


def meeting(incident: Incident, **facts: Any) -> Review:
    facts = {
        "by": make.person("fault_head"),
        "meeting_at": timezone.now(),
        "place": "三楼会议室",
        "chair": make.person("leader"),
        "attendees": [make.person("it"), make.person("cs")],
        "other_attendees": "网络服务商王工",
    } | facts
    return workflow.record_meeting(incident.pk, **facts)


def findings(incident: Incident, **facts: Any) -> Review:
    facts = {
        "by": make.person("fault_head"),
        "root_cause": "design",
        "root_cause_text": "连接池上限按平日流量设置，高峰耗尽",
        "contributing_factors": "监控没有连接数告警",
        "what_went_well": "手工窗口十分钟内开放",
        "shortcomings": "通知发布偏慢",
        "process_evaluation": "收费处响应及时，信息部与客服沟通两次中断",
    } | facts
    return workflow.record_findings(incident.pk, **facts)


def action(incident: Incident, **facts: Any) -> Any:
    facts = {
        "by": make.person("fault_head"),
        "kind": "fix",
        "measure": "连接池加告警与自动扩容",
        "department": make.department("信息技术部"),
        "due_on": timezone.localdate() + datetime.timedelta(days=14),
    } | facts
    return workflow.add_action(incident.pk, **facts)


def complete(incident: Incident | None = None) -> Incident:
    """An incident whose review is ready to be submitted."""
    incident = incident or reviewing()
    meeting(incident)
    findings(incident)
    action(incident)
    return incident


def submitted(incident: Incident | None = None) -> Submission:
    incident = complete(incident)
    return workflow.submit(incident.pk, by=make.person("fault_head"))


def received(incident: Incident | None = None) -> Incident:
    submission = submitted(incident)
    workflow.receive(submission.review.incident_id, by=make.person("leader"))
    return Incident.objects.get(pk=submission.review.incident_id)


def owed(**facts: Any) -> ActionItem:
    """One measure of a received report."""
    incident = reviewing()
    meeting(incident)
    findings(incident)
    item: ActionItem = action(incident, **facts)
    workflow.submit(incident.pk, by=make.person("fault_head"))
    workflow.receive(incident.pk, by=make.person("leader"))
    return item


def carry(item: ActionItem, status: str = "published") -> PlanVersion:
    """A version of the plan that takes the item up and has come as far as `status`."""
    plan = make.plan("draft")
    plans.workflow.link_change(
        plan.number, by=make.person("admin"), note="改为十五分钟", finding_key=item.finding_key
    )
    if status != "draft":
        plans.workflow.submit(plan.number, by=make.person("admin"))
        plans.workflow.sign(plan.number, by=make.person("leader"))
        plans.workflow.sign(plan.number, by=make.person("fault_head"))
    if status == "published":
        plans.workflow.publish(plan.number, by=make.person("admin"))
    return PlanVersion.objects.get(pk=plan.pk)
