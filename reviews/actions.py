"""Action items of all reviews: chosen, counted, and as a table for a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.models import ActionItem
from reviews.models.action import ActionItemQuerySet
from teams.models import Person
from teams.sheets import Column, Sheet

OPEN, OVERDUE, DONE, ALL = "open", "overdue", "done", "all"
STATES = (
    (OPEN, gettext_lazy("未办结")),
    (OVERDUE, gettext_lazy("已逾期")),
    (DONE, gettext_lazy("已办结")),
    (ALL, gettext_lazy("全部")),
)
# A spreadsheet of more lines is nobody's.
LINES_MOST = 20_000

_COLUMNS = (
    Column("incident", gettext_lazy("事件"), width=14),
    Column("title", gettext_lazy("事件名称"), width=30),
    Column("report", gettext_lazy("报告编号"), width=22),
    Column("kind", gettext_lazy("类别"), width=12),
    Column("measure", gettext_lazy("措施"), width=50),
    Column("department", gettext_lazy("责任科室"), width=16),
    Column("person", gettext_lazy("责任人"), width=12),
    Column("due_on", gettext_lazy("完成日期"), width=12),
    Column("state", gettext_lazy("状态"), width=14),
    Column("done_at", gettext_lazy("办结时间"), width=18),
    Column("done_by", gettext_lazy("办结人"), width=12),
    Column("proof", gettext_lazy("完成情况"), width=50),
)


@dataclass(frozen=True)
class Asked:
    """Which items: by state, kind, department's key, words; `mine`: mine or my department's."""

    state: str = OPEN
    kind: str = ""
    department: int | None = None
    words: str = ""
    mine: bool = False


def chosen(asked: Asked, person: Person) -> ActionItemQuerySet:
    """The items that were asked for, what is overdue first."""
    found = ActionItem.objects.promised()
    if asked.state in (OPEN, OVERDUE):
        found = found.filter(done_at__isnull=True)
    if asked.state == OVERDUE:
        found = found.filter(due_on__lt=timezone.localdate())
    if asked.state == DONE:
        found = found.filter(done_at__isnull=False)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    if asked.department is not None:
        found = found.filter(department=asked.department)
    if asked.mine:
        found = found.filter(mine(person))
    for word in asked.words.split():
        found = found.filter(
            Q(measure__icontains=word)
            | Q(review__incident__title__icontains=word)
            | Q(review__report_number__icontains=word)
            | Q(person__name__icontains=word)
        )
    return found.select_related(
        "department", "person", "done_by", "review__incident"
    ).urgent_first()


def mine(person: Person) -> Q:
    """Items of this person, and of the department where nobody is named."""
    owned = Q(person=person)
    if person.department_id is not None:
        owned |= Q(person__isnull=True, department=person.department_id)
    return owned


def sheet(rows: ActionItemQuerySet) -> Sheet:
    """One line an item."""
    return Sheet(_("整改项"), _COLUMNS, _lines(rows))


def _lines(rows: ActionItemQuerySet) -> Iterator[dict[str, Any]]:
    today = timezone.localdate()
    for action in rows[:LINES_MOST]:
        incident = action.review.incident
        yield {
            "incident": incident.number,
            "title": incident.marked(incident.title),
            "report": action.review.report_number,
            "kind": str(action.get_kind_display()),
            "measure": action.measure,
            "department": str(action.department),
            "person": str(action.person or ""),
            "due_on": action.due_on,
            "state": state_words(action, today),
            "done_at": timezone.localtime(action.done_at) if action.done_at else None,
            "done_by": str(action.done_by or ""),
            "proof": action.proof,
        }


def state_words(action: ActionItem, today: Any) -> str:
    """How the item stands, in words."""
    if action.done_at is not None:
        late = timezone.localdate(action.done_at) > action.due_on
        return str(_("逾期办结") if late else _("已办结"))
    if action.due_on < today:
        return str(_("逾期 %(days)s 天") % {"days": (today - action.due_on).days})
    return str(_("未办结"))
