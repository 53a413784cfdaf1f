"""Orders that a commander may tick instead of typing, by what the incident affects.

The pinned plan says who goes on by hand with which service, and what must be at hand.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from incidents.guide import Guide, cards_of
from incidents.models import Incident
from plans.models import FaultType, ServiceCard
from teams.models import Department, ResponseGroup

_SERVING = (Department.Kind.OUTPATIENT, Department.Kind.EMERGENCY, Department.Kind.INPATIENT)
# A fault of the two lighter grades needs no hall to be managed by other departments.
_LIGHT = 3


@dataclass(frozen=True)
class Suggestion:
    """An order as it might be issued. `ticked`: nearly every incident of this kind needs it."""

    to: Department | ResponseGroup
    text: str
    minutes: int
    ticked: bool = True


def suggested_orders(
    incident: Incident, departments: list[Department], groups: list[ResponseGroup]
) -> list[Suggestion]:
    """Typical orders for this incident, most urgent first. `departments` and `groups` are all.

    Two queries for the cards and the supplies of the pinned plan.
    """
    level = incident.grade.level if incident.grade else incident.plan.provisional_level
    affected = {department.pk for department in incident.affected.all()}
    found = [_repair(incident, group) for group in groups if group.kind == "fault"]
    by_hand: dict[int, list[ServiceCard]] = {}
    for card in cards_of(incident):
        by_hand.setdefault(card.department_id, []).append(card)
    for department in departments:
        if cards := by_hand.get(department.pk):
            found.append(_go_on_by_hand(department, cards, level))
        if department.pk in affected and department.kind in _SERVING:
            if not cards or level >= _LIGHT or department.kind == Department.Kind.EMERGENCY:
                found.append(_serve(department, level))
        elif department.kind == Department.Kind.CUSTOMER_SERVICE:
            found.append(_inform(incident, department, level))
    found += [_supply(incident, group) for group in groups if group.kind == "logistics"]
    return found


def _repair(incident: Incident, group: ResponseGroup) -> Suggestion:
    text = {
        FaultType.DATA_LOSS: _("立即停止写入，保全现场，统计涉及的记录条数"),
        FaultType.ATTACK: _("立即隔离受影响主机，保全证据，不要关机"),
    }.get(FaultType(incident.fault_type or FaultType.SOFTWARE), _("立即排查并修复，指定主修人"))
    return Suggestion(group, text, 30)


def _go_on_by_hand(department: Department, cards: list[ServiceCard], level: int) -> Suggestion:
    """What the plan's service cards say to the department that answers for the services."""
    services = "、".join(str(card.service) for card in cards)
    papers = "、".join(dict.fromkeys(paper for card in cards for paper in card.forms))
    if papers:
        text = _("%(services)s改为手工办理，启用%(papers)s；报告停用窗口数和等候人数") % {
            "services": services,
            "papers": papers,
        }
    else:
        text = _("%(services)s改为手工办理；报告停用窗口数和等候人数") % {"services": services}
    return Suggestion(department, text, 15, level < _LIGHT)


def _serve(department: Department, level: int) -> Suggestion:
    if department.kind == Department.Kind.EMERGENCY:
        return Suggestion(department, _("急诊照常接诊，先救治后补手续"), 10)
    if level >= _LIGHT:
        return Suggestion(department, _("引导患者到正常的窗口办理"), 15)
    return Suggestion(department, _("启用手工模式，报告停用窗口数和等候人数"), 15)


def _inform(incident: Incident, department: Department, level: int) -> Suggestion:
    minutes = (incident.grade and incident.grade.first_notice_minutes) or 20
    return Suggestion(department, _("发布患者通知并按时更新，增派导诊"), minutes, level < _LIGHT)


def _supply(incident: Incident, group: ResponseGroup) -> Suggestion:
    needed = incident.fault_type in (FaultType.HARDWARE, FaultType.NETWORK)
    listed = "、".join(map(str, Guide(incident).supplies))
    text = _("备好对讲机和备用设备，随时领用")
    if listed:
        text = _("按预案备好物资，随时领用：%(listed)s") % {"listed": listed}
    return Suggestion(group, text, 20, needed)
