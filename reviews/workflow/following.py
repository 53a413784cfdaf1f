"""What follows the archive: each promised measure is done, with proof (plan, row P17)."""

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.workflow.gate import require
from journal.recording import now, record
from journal.refusals import Conflict, NotAllowed
from reviews import authority
from reviews.models import ActionItem, Review
from reviews.workflow.gate import lock
from teams.models import Person


@transaction.atomic
def finish_action(pk: int, *, by: Person, proof: str) -> ActionItem:
    """Report a measure of a received report done, with a word of proof."""
    review = lock(ActionItem.objects.values_list("review__incident_id", flat=True).get(pk=pk))
    action = ActionItem.objects.select_related("department", "person").get(pk=pk)
    if not authority.may_finish(action, by):
        raise NotAllowed(_("您没有「办结整改项」的权限。"))
    if review.state != Review.State.RECEIVED:
        raise Conflict(_("领导小组接收报告之后，才能办结整改项。"))
    if action.done_at is not None:
        raise Conflict(_("%(who)s已经办结这个整改项。") % {"who": action.done_by})
    action.proof = require(proof, "proof", _("请写一句完成情况。"))
    action.done_at, action.done_by = now(), by
    action.save(update_fields=["proof", "done_at", "done_by"])
    record(
        review.incident.stream,
        "review.finish_action",
        by=by,
        at=action.done_at,
        facts={
            "action": action.pk,
            "measure": action.measure,
            "owner": action.owner,
            "due_on": action.due_on,
            "proof": action.proof,
        },
    )
    return action
