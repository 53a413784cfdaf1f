"""Gates on a version's road: what must be true before it is signed, and before it is published.

A condition looks at a version and gives whether it is met, or what is missing and where to mend it.
Pages show the same list on which the verbs insist. More conditions are added by registering.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from journal.refusals import Incomplete
from plans import content
from plans.models import PlanVersion, Signature
from teams.models import Membership, ResponseGroup

SIGN, PUBLISH = "sign", "publish"


@dataclass(frozen=True)
class Condition:
    """One demand. `key` is stable; `link` leads to the mending; `waived` says by whom and why."""

    key: str
    label: str
    met: bool
    missing: str = ""
    link: str = ""
    waived: str = ""

    @property
    def open(self) -> bool:
        return not self.met and not self.waived


Demand = Callable[[PlanVersion], list[Condition]]
_demands: dict[str, list[Demand]] = {SIGN: [], PUBLISH: []}


def demand(gate: str) -> Callable[[Demand], Demand]:
    """Register a function as part of a gate."""

    def register(function: Demand) -> Demand:
        if function not in _demands[gate]:
            _demands[gate].append(function)
        return function

    return register


def conditions(gate: str, plan: PlanVersion) -> list[Condition]:
    """All conditions of a gate, met or not."""
    return [condition for part in _demands[gate] for condition in part(plan)]


def insist(gate: str, plan: PlanVersion) -> None:
    """Refuse with `Incomplete`, naming what is missing, unless all is met or waived."""
    missing = [condition for condition in conditions(gate, plan) if condition.open]
    if missing:
        raise Incomplete(
            _("还不能进行下一步：%(missing)s")
            % {"missing": ";".join(condition.missing for condition in missing)},
            fields={condition.key: condition.missing for condition in missing},
        )


def signatures_wanted(plan: PlanVersion) -> int:
    """How many sign before this version is approved.

    The version in force rules how it is replaced; a hospital without one goes by the new one. Never
    more than there are people who could sign, or nobody could ever mend the number.
    """
    ruling = PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first() or plan
    able = Membership.objects.filter(
        group__kind=ResponseGroup.Kind.LEADING,
        part__in=[Membership.Part.HEAD, Membership.Part.DEPUTY],
        person__is_active=True,
    ).exclude(person__roles__contains=["auditor"])
    return max(1, min(ruling.signatures_needed, able.count()))


def signatures_of(plan: PlanVersion) -> list[Signature]:
    """Who has signed in the present round."""
    return list(plan.signatures.select_related("person").filter(round=plan.round).order_by("pk"))


def is_approved_by(plan: PlanVersion, signed: list[Signature]) -> bool:
    """Are these signatures enough? One of them is the head's, or of who acts as head."""
    led = any(signature.part != Signature.Part.DEPUTY for signature in signed)
    return led and len(signed) >= signatures_wanted(plan)


@demand(SIGN)
def comments_answered(plan: PlanVersion) -> list[Condition]:
    """Nobody signs over the head of somebody who said something."""
    left = plan.comments.open().count()
    return [
        Condition(
            "comments",
            _("意见全部答复"),
            not left,
            _("还有 %(left)s 条意见没有答复。") % {"left": left} if left else "",
            f"{reverse('plans:version', args=[plan.number])}#comments",
        )
    ]


@demand(SIGN)
@demand(PUBLISH)
def content_stands_still(plan: PlanVersion) -> list[Condition]:
    """What is signed and published is exactly what was submitted."""
    same = content.digest(plan) == plan.signed_hash
    return [
        Condition(
            "content",
            _("内容与送审时一致"),
            same,
            "" if same else _("内容与送审时不一致，请退回修改后重新送审。"),
        )
    ]


@demand(PUBLISH)
def signed(plan: PlanVersion) -> list[Condition]:
    """P5: the leading group has approved."""
    return [
        Condition(
            "approved",
            _("领导小组已批准"),
            plan.approved_at is not None,
            "" if plan.approved_at else _("领导小组还没有批准。"),
        )
    ]
