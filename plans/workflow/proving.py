"""The verb of the coverage proof: to let its gaps pass, by name."""

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now
from journal.refusals import Conflict
from plans import evidence
from plans.models import CoverageWaiver
from plans.workflow.gate import lock, move, require
from teams.models import Person


@transaction.atomic
def waive_coverage(
    number: int, *, by: Person, reason: str, gaps: int, version: int | None = None
) -> CoverageWaiver:
    """Let a version be published though not every rung is covered; head or deputy, with a reason.

    `gaps` is how many counter-examples the person saw: where there are more by now, Conflict.
    What is recorded is how many there are.
    """
    plan = lock(number)
    reason = require(reason, "reason", _("请写明为什么在有缺口的情况下放行。"))
    at = now()
    found = len(evidence.prove(plan, at=at).gaps)
    move(
        plan,
        "waive_coverage",
        by=by,
        at=at,
        version=version,
        told={"gaps": found, "reason": reason},
    )
    if found > gaps:
        raise Conflict(_("您打开页面之后，缺口增加了。请看最新情况再决定。"))
    return CoverageWaiver.objects.create(
        plan=plan, round=plan.round, by=by, at=at, reason=reason, gaps=found
    )
