"""What training proves of action items: the sessions that were held for one (`reviews.proofs`)."""

from collections.abc import Iterable

from drills.training.models import TrainingSession
from reviews.models import ActionItem
from reviews.proofs import Proof, register_training_proof


@register_training_proof
def sessions_for(action: ActionItem) -> Iterable[Proof]:
    """Every session that was held for the item."""
    rows = TrainingSession.objects.filter(action=action, state=TrainingSession.State.HELD)
    return [
        Proof(words=str(row), at=row.ended_at or row.ends_at, link=row.get_absolute_url())
        for row in rows.select_related("course").order_by("ended_at")
    ]
