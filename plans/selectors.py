"""What the plan's pages need where several models meet."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from plans.models import PlanVersion, ReadConfirmation, Signature
from teams.models import Membership, Person, ResponseGroup, Role

Status = PlanVersion.Status


def readers() -> QuerySet[Person]:
    """Everyone concerned: who is to confirm having read the version in force (row P20)."""
    return Person.objects.filter(is_active=True).exclude(roles__contains=[Role.AUDITOR])


def reading_list(plan: PlanVersion) -> list[Person]:
    """Everyone concerned, by department, each with `read_at`: when they confirmed, or None."""
    confirmed = ReadConfirmation.objects.filter(plan=plan, person=OuterRef("pk"))
    return list(
        readers()
        .select_related("department")
        .annotate(read_at=Subquery(confirmed.values("at")[:1]))
        .order_by("department__position", "department", "pk")
    )


@dataclass(frozen=True)
class Listed:
    """A version in the list: what it waits for, and whom that is up to."""

    plan: PlanVersion
    waits_for: str = ""
    whom: list[str] = field(default_factory=list)


def listing() -> list[Listed]:
    """All versions, newest first, each with what it waits for. Four queries."""
    signed = Signature.objects.filter(plan=OuterRef("pk"), round=OuterRef("round"))
    count = signed.order_by().values("plan").annotate(number=Count("pk")).values("number")
    plans: list[Any] = list(
        PlanVersion.objects.select_related("based_on", "drafted_by")
        .annotate(
            open_comments=Count("comments", filter=Q(comments__resolved_at__isnull=True)),
            signed=Subquery(count),
        )
        .order_by("-number")
    )
    in_force = next((plan for plan in plans if plan.status == Status.PUBLISHED), None)
    heads = list(
        Membership.objects.filter(
            group__kind=ResponseGroup.Kind.LEADING,
            part__in=[Membership.Part.HEAD, Membership.Part.DEPUTY],
            person__is_active=True,
        ).select_related("person")
    )
    signatures = set(
        Signature.objects.filter(plan__status=Status.REVIEW).values_list("plan", "round", "person")
    )
    return [_listed(plan, in_force, heads, signatures) for plan in plans]


def _listed(
    plan: Any,
    in_force: PlanVersion | None,
    heads: list[Membership],
    signatures: set[tuple[int, int, int]],
) -> Listed:
    if plan.status == Status.DRAFT:
        if plan.open_comments:
            said = _("答复 %(count)s 条意见，修改后送审") % {"count": plan.open_comments}
        else:
            said = _("修改后送审")
        return Listed(plan, said, [str(Role.ADMIN.label)])
    if plan.status == Status.REVIEW and plan.open_comments:
        said = _("答复 %(count)s 条意见") % {"count": plan.open_comments}
        return Listed(plan, said, [str(Role.ADMIN.label)])
    if plan.status == Status.REVIEW:
        wanted = (in_force or plan).signatures_needed
        left = [
            str(membership.person)
            for membership in heads
            if (plan.pk, plan.round, membership.person_id) not in signatures
        ]
        said = _("签字批准（已有 %(have)s 人，需要 %(wanted)s 人）") % {
            "have": plan.signed or 0,
            "wanted": max(1, min(wanted, len(heads))),
        }
        return Listed(plan, said, left)
    if plan.status == Status.APPROVED:
        return Listed(plan, _("发布"), [str(Role.ADMIN.label)])
    return Listed(plan)
