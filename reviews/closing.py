"""What an action item must show before it is closed (plan, rows P17, P18 and P20).

A change of the plan is closed when the version in force carries it and a drill has passed it; an
item of training when a session was held. The leading group may waive each by name.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from plans.findings import Finding, source
from plans.models import Change, PlanVersion
from reviews import proofs
from reviews.models import ActionItem, ActionWaiver, Demand


@dataclass(frozen=True)
class Point:
    """One demand: met (`words` say by what), waived, or what is `missing` and where to mend it."""

    demand: str
    met: bool
    words: str = ""
    missing: str = ""
    link: str = ""
    waiver: ActionWaiver | None = None

    @property
    def label(self) -> str:
        return str(Demand(self.demand).label)

    @property
    def is_settled(self) -> bool:
        return self.met or self.waiver is not None


def points(action: ActionItem) -> list[Point]:
    """All demands on the item, in the order in which they are met. A fixed number of queries."""
    waivers = {waiver.demand: waiver for waiver in action.waivers.select_related("by")}
    if action.kind == ActionItem.Kind.PLAN:
        since, carried = _carried(action, waivers.get(Demand.PLAN))
        return [carried, _drilled(action, since, waivers.get(Demand.DRILL))]
    if action.kind == ActionItem.Kind.TRAINING and proofs.somebody_trains():
        return [_trained(action, waivers.get(Demand.TRAINING))]
    return []


def missing(action: ActionItem) -> list[Point]:
    """What still stands in the way of closing the item."""
    return [point for point in points(action) if not point.is_settled]


def changes(action: ActionItem) -> list[Change]:
    """Where versions of the plan take the item up, the newest version first."""
    found = Change.objects.filter(finding=action.finding_key).select_related("plan", "by")
    return list(found.order_by("-plan__number", "pk"))


def _carried(
    action: ActionItem, waiver: ActionWaiver | None
) -> tuple[datetime.datetime | None, Point]:
    """Since when the change has been in force, and the point on it.

    A version that was rolled back carried the change, but the one in force does not come from it.
    """
    taken_up = changes(action)
    carrying = {change.plan_id: change.plan for change in taken_up if change.plan.was_in_force}
    in_force = _line_of_descent() if carrying else []
    effective = next((carrying[pk] for pk in in_force if pk in carrying), None)
    if effective is not None:
        words = _("第 %(number)s 版，%(day)s 生效") % {
            "number": effective.number,
            "day": _day(effective.published_at),
        }
        link = effective.get_absolute_url()
        return effective.published_at, Point(Demand.PLAN, True, words, link=link, waiver=waiver)
    link = f"{reverse('plans:drafts')}?finding={action.finding_key}"
    if carrying:
        sentence = _("带有这项修改的第 %(number)s 版已被退回旧版，现行预案里没有它。") % {
            "number": max(plan.number for plan in carrying.values())
        }
    elif on_the_way := [
        each.plan for each in taken_up if each.plan.status != PlanVersion.Status.DISCARDED
    ]:
        link = on_the_way[0].get_absolute_url()
        sentence = _("第 %(number)s 版（%(state)s）已写入，还没有生效。") % {
            "number": on_the_way[0].number,
            "state": on_the_way[0].get_status_display(),
        }
    else:
        sentence = _("还没有哪一版预案草稿写入这项修改。")
    return None, Point(Demand.PLAN, False, missing=sentence, link=link, waiver=waiver)


def _line_of_descent() -> list[int]:
    """Keys of the version in force and of all that it comes from, newest first. One query."""
    based_on = dict(PlanVersion.objects.values_list("pk", "based_on"))
    plan = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    line: list[int] = []
    pk = plan.pk if plan else None
    while pk is not None and pk not in line:
        line.append(pk)
        pk = based_on.get(pk)
    return line


def _drilled(
    action: ActionItem, since: datetime.datetime | None, waiver: ActionWaiver | None
) -> Point:
    tried = proofs.drills_of(action)
    # Where the plan's part was waived, any drill after the report was received counts.
    start = since or action.review.received_at
    counted = [drill for drill in tried if start is not None and drill.at >= start]
    passed = next((drill for drill in reversed(counted) if drill.passed), None)
    if passed is not None:
        words = _passed(passed)
        return Point(Demand.DRILL, True, words, link=passed.link, waiver=waiver)
    link = ""
    if counted:
        link = counted[-1].link
        sentence = _("%(what)s没有通过。") % {"what": _passed(counted[-1])}
    elif tried:
        link = tried[-1].link
        sentence = _("%(what)s在修改生效之前，不算。") % {"what": _passed(tried[-1])}
    else:
        sentence = _("还没有演练检验过它。")
    return Point(Demand.DRILL, False, missing=sentence, link=link, waiver=waiver)


def _trained(action: ActionItem, waiver: ActionWaiver | None) -> Point:
    held = next((one for one in reversed(proofs.trainings_of(action)) if one.passed), None)
    if held is not None:
        return Point(Demand.TRAINING, True, _passed(held), link=held.link, waiver=waiver)
    sentence = _("还没有为它举办培训。")
    return Point(Demand.TRAINING, False, missing=sentence, waiver=waiver)


def _passed(proof: proofs.Proof) -> str:
    return f"{proof.words}（{_day(proof.at)}）"


def _day(at: datetime.datetime | None) -> str:
    return date_format(localdate(at), "Y-m-d") if at else ""


@source
def changes_wanted() -> Iterable[Finding]:
    """Items that wait for a change of the plan: drafts take them up (row P18)."""
    wanted = ActionItem.objects.open().filter(kind=ActionItem.Kind.PLAN)
    for action in wanted.select_related("review__incident").order_by("due_on", "pk"):
        incident = action.review.incident
        words = incident.marked(f"{incident.number} {action.measure}")
        yield Finding(action.finding_key, words[:400], action.get_absolute_url())
