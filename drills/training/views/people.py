"""我的培训: how one person stands, and what they are invited to."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from drills.training import authority, covering
from drills.training.models import Completion, Invitation, TrainingSession
from drills.training.views.shared import insist
from teams.models import Person
from teams.requests import StaffRequest


@login_required
@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """What I must have, have, and am invited to."""
    return _page(request, request.user)


@login_required
@require_safe
def person(request: StaffRequest, pk: int) -> HttpResponse:
    """The same of somebody else, for those who may see it."""
    shown = get_object_or_404(Person.objects.select_related("department"), pk=pk)
    insist(
        authority.sees_training_of(shown, request.user),
        _("培训情况只给本人、本科室负责人、领导、管理员和审计员看。"),
    )
    return _page(request, shown)


def _page(request: StaffRequest, shown: Person) -> HttpResponse:
    coming = Invitation.objects.filter(
        person=shown,
        session__state=TrainingSession.State.PLANNED,
        session__ends_at__gt=timezone.now(),
    )
    teaching = TrainingSession.objects.filter(trainer=shown, state=TrainingSession.State.PLANNED)
    context = {
        "shown": shown,
        "is_me": shown.pk == request.user.pk,
        "cells": covering.row_of(shown).cells,
        "coming": coming.select_related("session__course").order_by("session__starts_at"),
        "teaching": teaching.select_related("course").order_by("starts_at"),
        "may_revoke": authority.keeps_courses(request.user),
        "completions": Completion.objects.filter(person=shown).select_related("course", "session"),
    }
    return render(request, "training/person.html", context)
