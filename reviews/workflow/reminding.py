"""Reminders of promised measures, and telling the leading group of those that stay undone."""

import datetime

from django.db import transaction
from django.utils import timezone

from journal.recording import now, record
from reviews.models import ActionItem, ActionReminder
from reviews.workflow.following import facts_of

Stage = ActionReminder.Stage
# Days before the date on which the owner is reminded for the first time.
SOON = datetime.timedelta(days=7)
# Days over the date after which the leading group is told, and again after each week.
ESCALATE = datetime.timedelta(days=3)
AGAIN = datetime.timedelta(days=7)
# Nobody is reminded of a date at night.
OPENS = 8
BATCH = 200


def remind_of_actions() -> int:
    """Remind of open measures whose date comes or has passed: once for each stage. Give how many.

    Safe to run twice and side by side: a reminder is a row with a key, made once.
    """
    at = now()
    here = timezone.localtime(at)
    if here.hour < OPENS:
        return 0
    today = here.date()
    coming = ActionItem.objects.open().filter(due_on__lte=today + SOON)
    rows = list(coming.order_by("due_on", "pk").values_list("pk", "due_on"))
    given = set(
        ActionReminder.objects.filter(action__in=[pk for pk, _due_on in rows]).values_list(
            "action", "due_on", "stage", "ordinal"
        )
    )
    wanted = [
        key for pk, due_on in rows if (key := (pk, due_on, *stage_of(due_on, today))) not in given
    ]
    return sum(_remind(*key, today=today) for key in wanted[:BATCH])


def stage_of(due_on: datetime.date, today: datetime.date) -> tuple[str, int]:
    """How far the date is, and for which time the leading group is to be told of it."""
    over = today - due_on
    if over >= ESCALATE:
        return Stage.ESCALATED, (over - ESCALATE) // AGAIN
    if over > datetime.timedelta(0):
        return Stage.OVERDUE, 0
    return (Stage.LAST if over == datetime.timedelta(0) else Stage.SOON), 0


@transaction.atomic
def _remind(
    pk: int, due_on: datetime.date, stage: str, ordinal: int, *, today: datetime.date
) -> bool:
    # What was done or put off meanwhile is left alone.
    action = (
        ActionItem.objects.open()
        .filter(pk=pk, due_on=due_on)
        .select_related("department", "person", "review__incident")
        .first()
    )
    if action is None:
        return False
    at = now()
    _row, is_new = ActionReminder.objects.get_or_create(
        action=action, due_on=due_on, stage=stage, ordinal=ordinal, defaults={"at": at}
    )
    if is_new:
        record(
            action.review.incident.stream,
            f"review.action_{stage}",
            by=None,
            at=at,
            facts=facts_of(action) | {"days": abs((today - due_on).days)},
        )
    return is_new
