"""What pages of this room share."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from drills import authority
from drills.models import Drill
from teams.requests import StaffRequest


def insist_sees_ahead(request: StaffRequest) -> None:
    if not authority.sees_ahead(None, request.user):
        raise PermissionDenied(_("演练计划和剧本只有安排演练的人能看，免得参演人员提前知道。"))


def scenarios_kept_from(request: StaffRequest) -> set[str]:
    """Those of the library that the reader may not read now: they play in one of them."""
    return authority.plays_unseen(Drill.objects.to_be_played(), request.user)


def insist_reads(request: StaffRequest, slug: str) -> None:
    insist_sees_ahead(request)
    if slug in scenarios_kept_from(request):
        raise PermissionDenied(_("您在这个剧本的演练里参演，演完以后才能看。"))


def insist_plans(request: StaffRequest) -> None:
    if not authority.plans_drills(None, request.user):
        raise PermissionDenied(_("演练由各小组组长、副组长和管理员安排。"))


def of_drill(request: StaffRequest, drill: Drill | None) -> dict[str, Any]:
    """What every page of one drill needs: besides the frame the band's word that it is a drill, and
    its incident, whose clock the band shows."""
    if drill is None:
        return frame(request, "drills") | {"drill": None}
    return frame(request, "drills") | {"drill": drill, "is_drill": True, "main": drill.main}


def frame(request: StaffRequest, here: str) -> dict[str, Any]:
    """For drills/_places.html: where the reader is, and what they may open."""
    return {
        "here": here,
        "sees_ahead": authority.sees_ahead(None, request.user),
        "may_plan": authority.plans_drills(None, request.user),
    }
