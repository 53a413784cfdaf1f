"""What the incident itself demands at each gate (domain, section 2; plan, rows P12–P14)."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents import gates
from incidents.gates import Condition
from incidents.models import Check, Incident, Order, Signature


@gates.demand(gates.RESTORE)
def patients_told(incident: Incident) -> list[Condition]:
    """P12: patients were told, or a reason why not is on record."""
    told = incident.notified_at is not None or incident.notice_waived_at is not None
    return [
        Condition(
            "notice",
            _("患者通知已发布，或已写明免发理由"),
            told,
            "" if told else _("还没有发布患者通知，也没有免发理由。"),
            reverse("notices:incident", args=[incident.pk]),
        )
    ]


@gates.demand(gates.RESTORED)
def checks_passed(incident: Incident) -> list[Condition]:
    """P13: every item of this round's check list has passed."""
    checks = (
        incident.checks.demanded()
        .filter(round=incident.round)
        .aggregate(
            total=Count("pk"),
            passed=Count(
                "pk", filter=Q(result__in=[Check.Result.DONE, Check.Result.NOT_APPLICABLE])
            ),
        )
    )
    left = checks["total"] - checks["passed"]
    return [
        Condition(
            "checks",
            _("恢复检查单全部通过"),
            left == 0,
            _("恢复检查单还有 %(left)s 项没有通过。") % {"left": left} if left else "",
            f"{incident.get_absolute_url()}#checks",
        )
    ]


@gates.demand(gates.RESTORED)
def backed_up(incident: Incident) -> list[Condition]:
    """P13: then a data backup, with evidence."""
    met = incident.backups.filter(round=incident.round).exists()
    return [
        Condition(
            "backup",
            _("恢复后的数据备份有凭证"),
            met,
            "" if met else _("还没有恢复后的备份凭证。"),
            f"{incident.get_absolute_url()}#backup",
        )
    ]


@gates.demand(gates.RESTORED)
def signed_by_two(incident: Incident) -> list[Condition]:
    """P13: two different people sign, one of them from an affected department."""
    signed = {
        signature.part: signature
        for signature in incident.signatures.select_related("person").filter(round=incident.round)
    }
    return [
        Condition(
            f"signature_{part}",
            _("%(part)s已签字") % {"part": part.label},
            part in signed,
            "" if part in signed else _("%(part)s还没有签字。") % {"part": part.label},
            f"{incident.get_absolute_url()}#signatures",
        )
        for part in Signature.Part
    ]


@gates.demand(gates.CLEANUP)
def orders_ended(incident: Incident) -> list[Condition]:
    """P14: every order is done or refused."""
    open_orders = list(
        Order.objects.open().filter(incident=incident).select_related("department", "group")
    )
    if not open_orders:
        return [Condition("orders", _("指令全部办结"), True)]
    return [
        Condition(
            f"order-{order.pk}",
            _("指令办结：%(to)s") % {"to": order.addressee},
            False,
            _("%(to)s的指令「%(text)s」还没有办结。")
            % {"to": order.addressee, "text": Truncator(order.text).chars(24)},
            f"{incident.get_absolute_url()}#order-{order.pk}",
        )
        for order in open_orders
    ]


@gates.demand(gates.CLEANUP)
def checklist_decided(incident: Incident) -> list[Condition]:
    """P14: every item of the repair checklist has a result."""
    left = incident.checks.demanded().filter(round=0, result=Check.Result.PENDING).count()
    return [
        Condition(
            "checklist",
            _("排查与修复检查单每项都有结果"),
            left == 0,
            _("排查与修复检查单还有 %(left)s 项没有结果。") % {"left": left} if left else "",
            f"{incident.get_absolute_url()}#checks",
        )
    ]


@gates.demand(gates.CLEANUP)
def relapse_free(incident: Incident) -> list[Condition]:
    """P14: the fault has not come back as another open incident."""
    relapses = list(incident.relapses.open()[:3])
    return [
        Condition(
            "relapse",
            _("没有复发"),
            not relapses,
            _("复发事件还没有办结：%(which)s") % {"which": "、".join(map(str, relapses))}
            if relapses
            else "",
            relapses[0].get_absolute_url() if relapses else "",
        )
    ]
