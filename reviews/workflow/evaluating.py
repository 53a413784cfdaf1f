"""The verb of evaluation: how a department did, by its own people and by others (plan, row P17)."""

from django.db import transaction
from django.utils.translation import gettext as _

from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from reviews import authority, concerned
from reviews.models import Evaluation, Review, Score
from reviews.workflow.gate import lock
from teams.models import Department, Person

# Whoever finds it bad says what was.
_NEEDS_WORDS = Score.WEAK


@transaction.atomic
def evaluate(
    incident_pk: int,
    *,
    by: Person,
    department: Department,
    cooperation: int,
    speed: int,
    words: str = "",
) -> Evaluation:
    """Score a department's part, 1 to 5 each, in one's own name; again, one's own is written anew.

    Whom the review concerns may, while the report is a draft. It overwrites nobody else's, so the
    review's version stays.
    """
    review = lock(incident_pk)
    if not authority.is_concerned(review, by):
        raise NotAllowed(_("您没有「评价科室」的权限。"))
    if review.state != Review.State.DRAFT:
        raise Conflict(_("报告已经提交，不能再评价。"))
    if not concerned.departments(review.incident).filter(pk=department.pk).exists():
        sentence = _("%(where)s没有参与这次处置。") % {"where": department}
        raise Incomplete(sentence, fields={"department": sentence})
    for field, score in (("cooperation", cooperation), ("speed", speed)):
        if score not in Score.values:
            sentence = _("请选择一档。")
            raise Incomplete(sentence, fields={field: sentence})
    words = words.strip()
    if not words and min(cooperation, speed) <= _NEEDS_WORDS:
        sentence = _("评得低，请写一句哪里不好。")
        raise Incomplete(sentence, fields={"words": sentence})
    at = now()
    evaluation, _is_new = Evaluation.objects.update_or_create(
        review=review,
        department=department,
        by=by,
        defaults={
            "is_own": by.department_id == department.pk,
            "cooperation": cooperation,
            "speed": speed,
            "words": words,
            "at": at,
        },
    )
    record(
        review.incident.stream,
        "review.evaluate",
        by=by,
        at=at,
        facts={
            "department": str(department),
            "is_own": evaluation.is_own,
            "cooperation": cooperation,
            "speed": speed,
            "scores": str(
                _("配合%(cooperation)s，响应%(speed)s")
                % {
                    "cooperation": Score(cooperation).label,
                    "speed": Score(speed).label,
                }
            ),
            "words": words,
        },
    )
    return evaluation
