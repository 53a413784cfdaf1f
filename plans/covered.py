"""The coverage proof as a condition of publishing."""

from django.urls import reverse
from django.utils.translation import gettext as _

from journal.recording import now
from plans import evidence
from plans.models import PlanVersion
from plans.publication import PUBLISH, Condition, demand


@demand(PUBLISH)
def everybody_is_covered(plan: PlanVersion) -> list[Condition]:
    """Each rung reaches enough people at each instant of the next days, or is waived by name."""
    found = len(evidence.prove(plan, at=now()).gaps)
    waiver = (
        plan.coverage_waivers.filter(round=plan.round, gaps__gte=found)
        .select_related("by")
        .order_by("-pk")
        .first()
    )
    return [
        Condition(
            "coverage",
            _("升级链全程有人"),
            not found,
            _("升级链有 %(found)s 处缺口，补上或由领导小组放行。") % {"found": found}
            if found
            else "",
            reverse("plans:coverage", args=[plan.number]),
            _("%(who)s：%(why)s") % {"who": waiver.by, "why": waiver.reason} if waiver else "",
        )
    ]
