"""What paper demands at the incident's gates: nobody works on it any more (domain, section 4)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import gates
from incidents.gates import Condition
from incidents.models import Batch, Incident, ManualMode
from incidents.tally import Tally


@gates.demand(gates.ALL_CLEAR)
@gates.demand(gates.CLEANUP)
@gates.demand(gates.CLOSE)
def manual_mode_ended(incident: Incident) -> list[Condition]:
    """No department is in manual mode because of the incident. An end that the department has not
    confirmed yet hinders nobody: its clock rings on."""
    found = ManualMode.objects.on().filter(incident=incident).select_related("department")
    names = "、".join(str(mode.department) for mode in found)
    return [
        Condition(
            "manual_mode",
            _("手工模式已停用"),
            not names,
            _("%(departments)s还在用手工模式，请先停用。") % {"departments": names}
            if names
            else "",
            reverse("incidents:paper", args=[incident.pk]),
        )
    ]


@gates.demand(gates.CLEANUP)
def forms_settled(incident: Incident) -> list[Condition]:
    """P14: every batch that was opened is back-entered, checked and settled."""
    open_batches = list(Batch.objects.open().filter(incident=incident).select_related("department"))
    if not open_batches:
        return [Condition("forms", _("纸质表单全部补录结清"), True)]
    return [
        Condition(
            f"batch-{batch.pk}",
            _("表单结清：%(department)s %(batch)s")
            % {"department": batch.department, "batch": batch},
            False,
            _("%(department)s的「%(batch)s」还没有结清：%(missing)s")
            % {
                "department": batch.department,
                "batch": batch,
                "missing": " ".join(Tally.of(batch).missing) or _("只差结清。"),
            },
            batch.get_absolute_url(),
        )
        for batch in open_batches
    ]


@gates.demand(gates.CLEANUP)
def all_clear_said(incident: Incident) -> list[Condition]:
    """The all clear was said, wherever more than the fault group was told of the fault: patients,
    the leading group, or a department that works on paper."""
    said = incident.all_clears.standing().exists()
    met = said or not _concerns_others(incident)
    label = _("已宣布解除") if said or not met else _("不用宣布解除：没有惊动其他科室和患者")
    return [
        Condition(
            "all_clear",
            label,
            met,
            "" if met else _("还没有宣布解除：各科室还不知道已经恢复。"),
            reverse("incidents:all_clear", args=[incident.pk]),
        )
    ]


def _concerns_others(incident: Incident) -> bool:
    return (
        incident.convene
        or incident.notified_at is not None
        or ManualMode.objects.filter(incident=incident).exists()
        or Batch.objects.filter(incident=incident).exists()
    )
