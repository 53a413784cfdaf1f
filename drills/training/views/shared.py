"""What pages of this room share: a form that opens one verb."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise

from drills.training.models import TrainingSession
from journal.refusals import NotAllowed, Refusal
from notices.forms import VerbForm
from teams.forms.asking import as_it_is, kept
from teams.requests import StaffRequest


def insist(is_allowed: bool, sentence: str | Promise) -> None:
    if not is_allowed:
        raise PermissionDenied(sentence)


def form_page(
    request: StaffRequest,
    template: str,
    form: Callable[..., Any],
    initial: dict[str, Any],
    act: Callable[[Any], Any],
    *,
    context: dict[str, Any],
    again: Callable[[], TrainingSession] | None = None,
) -> HttpResponse:
    """A page of its own for one form: shown, refused with what was typed kept, or carried out.

    `act` calls the verb with the valid form and gives where to go; `again` reads the row anew
    where somebody was faster.
    """
    if request.method != "POST":
        return render(request, template, {"form": form(initial=initial)} | context)
    asked: VerbForm = form(request.POST)
    status = 422
    if asked.is_valid():
        try:
            return redirect(act(asked))
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.sentence) from refusal
        except Refusal as refusal:
            status = refusal.status
            if status == 409 and again is not None:
                row = again()
                context |= {"conflict": refusal.sentence, "row": row, "kept": kept(asked)}
                context["changes"] = as_it_is(asked, row)
                asked.see(row.version)
            elif refusal.fields:
                asked.refuse(refusal.fields)
            else:
                asked.add_error(None, refusal.sentence)
    return render(request, template, {"form": asked} | context, status=status)
