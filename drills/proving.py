"""What drills prove: an action item that changed the plan is closed by a drill that passed it, and
problems that drills found are open findings for the next version of the plan (row P18)."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from drills.models import DrillState, Finding, Trial
from plans.findings import Finding as PlanFinding
from plans.findings import source
from plans.models import Change, PlanVersion
from reviews.models import ActionItem
from reviews.proofs import Proof, register_drill_proof


@register_drill_proof
def drills_of(action: ActionItem) -> Iterator[Proof]:
    """Evaluated drills that tried the item, whether they passed it or not."""
    rows = Trial.objects.filter(action=action, drill__state=DrillState.EVALUATED)
    for trial in rows.select_related("drill"):
        drill = trial.drill
        # From its beginning on: one that began before the change was in force did not try it.
        if drill.started_at is not None:
            url = drill.get_absolute_url()
            yield Proof(str(drill), drill.started_at, bool(trial.passed), url)


@source
def open_to_the_plan() -> Iterator[PlanFinding]:
    """Problems that call for another plan, until a version that was in force has taken them up.
    One of which an action item was made is told by that."""
    settled = Change.objects.exclude(finding="").exclude(
        plan__status__in=[PlanVersion.Status.DRAFT, PlanVersion.Status.DISCARDED]
    )
    taken_up = set(settled.values_list("finding", flat=True))
    rows = Finding.objects.filter(kind=ActionItem.Kind.PLAN, action__isnull=True)
    for finding in rows.select_related("drill"):
        key = f"drill-finding:{finding.pk}"
        if key not in taken_up:
            words = _("%(drill)s：%(problem)s") % {
                "drill": finding.drill,
                "problem": finding.problem,
            }
            yield PlanFinding(key, words, finding.drill.get_absolute_url())
