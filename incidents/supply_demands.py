"""What the clean-up demands of supplies: loans are returned or accounted for (P14, P19)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import gates
from incidents.gates import Condition
from incidents.models import Incident
from incidents.supplying import streams_of
from inventory.models import Loan


@gates.demand(gates.CLEANUP)
def supplies_returned(incident: Incident) -> list[Condition]:
    """P14: nothing that must come back is still out."""
    loans = Loan.objects.open().filter(stream__in=streams_of(incident))
    found = list(loans.select_related("item", "department").order_by("pk"))
    if not found:
        return [Condition("loans", _("领用的物资全部归还或说明去向"), True)]
    link = reverse("incidents:supplies", args=[incident.pk])
    return [
        Condition(
            f"loan-{loan.pk}",
            _("物资归还：%(what)s") % {"what": loan.item.name},
            False,
            _("%(who)s领的%(what)s还有 %(left)s %(unit)s没有归还。")
            % {
                "who": loan.who,
                "what": loan.item.name,
                "left": loan.outstanding,
                "unit": loan.item.unit,
            },
            link,
        )
        for loan in found
    ]
