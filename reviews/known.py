"""What the review knows of the regulator's form: cause, lessons, measures."""

from incidents.law.known import also_known
from incidents.models import Incident
from reviews.models import Cause, Review


@also_known
def findings(incident: Incident) -> dict[str, str]:
    """Texts of the review as it stands; empty where none is open. Two queries."""
    review = Review.objects.filter(incident=incident).prefetch_related("actions").first()
    if review is None:
        return {}
    kind = str(Cause(review.root_cause).label) if review.root_cause else ""
    factors = review.contributing_factors
    return {
        "cause": "\n".join(filter(None, (kind, review.root_cause_text, factors))),
        "lessons": review.shortcomings,
        "rectification": "\n".join(
            f"{action.measure}（{action.due_on} 前"
            + (f"，{action.get_kind_display()}）" if action.done_at is None else "，已办结）")
            for action in review.actions.all()
        )
        or review.no_action_reason,
    }
