"""What paper demands at the incident's gates: nobody works on it any more (domain, section 4)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import gates
from incidents.gates import Condition
from incidents.models import Incident, ManualMode


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
