"""The coverage proof as a condition of publishing a plan, and of changing a roster."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from journal.recording import now
from plans import coverage_words, evidence
from plans.coverage import Demand
from plans.models import PlanVersion, Rung
from plans.publication import PUBLISH, Condition, demand
from teams import conflicts
from teams.models import ResponseGroup, Roster
from teams.spans import joined, without
from teams.succession import Leadership
from teams.surveying import Kind


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


@conflicts.also_ask
def ladders_stay_covered(tried: conflicts.Tried, at: datetime.datetime) -> list[conflicts.Conflict]:
    """Which rungs of the plan in force a change of rosters would leave uncovered; news only.

    Asked are rungs that call one of the rosters, and those that call the acting head of the leading
    group where the change moves who stands in for the leadership.
    """
    plan = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()
    if plan is None:
        return []
    leads = Roster.objects.filter(
        pk__in=tried.calendars, stands_in_for_leadership=True, is_active=True
    )
    moves_leadership = bool(tried.leading) or leads.exists()

    def concerned(rung: Rung) -> bool:
        return rung.roster_id in tried.calendars or (
            moves_leadership
            and rung.part == Rung.Part.ACTING_HEAD
            and rung.group is not None
            and rung.group.kind == ResponseGroup.Kind.LEADING
        )

    if not any(concerned(rung) for rung in plan.rungs.select_related("group")):
        return []
    before = _open(evidence.prove(plan, at=at, only=concerned))
    after = evidence.prove(
        plan,
        at=at,
        only=concerned,
        tried=tried.calendars,
        leadership=Leadership(
            frozenset(tried.calendars),
            [
                (position, key, stretch)
                for position, key, calendar in tried.leading
                for stretch in calendar
            ],
        ),
    )
    names = "、".join(
        Roster.objects.filter(pk__in=tried.calendars).order_by("pk").values_list("name", flat=True)
    )
    found = []
    for rung, (asked, spans) in _open(after).items():
        known = before.get(rung)
        news = without(spans, known[1] if known else [])
        if news:
            begins, ends = (
                datetime.datetime.fromtimestamp(second, datetime.UTC) for second in news[0]
            )
            found.append(
                conflicts.Conflict(
                    kind=Kind.COVERAGE,
                    roster=names,
                    starts_at=begins,
                    ends_at=ends,
                    other=coverage_words.rung_of(asked),
                    more=len(news) - 1,
                )
            )
    return found


def _open(
    proof: evidence.Proof,
) -> dict[tuple[int, int], tuple[Demand, list[tuple[int, int]]]]:
    """For each rung that has gaps, by level and position: its demand, and the uncovered time."""
    found: dict[tuple[int, int], tuple[Demand, list[tuple[int, int]]]] = {}
    for gap in proof.gaps:
        key = (gap.demand.level, gap.demand.position)
        found.setdefault(key, (gap.demand, []))[1].append((gap.begins, gap.ends))
    return {key: (asked, joined(spans)) for key, (asked, spans) in found.items()}
