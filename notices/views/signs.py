"""Printed signs: the sheets, and who has put them up and taken them down."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal import keeping
from journal.refusals import Conflict, Incomplete, NotAllowed
from notices import signs, workflow
from notices.models import Notice, Place, SignPhoto
from notices.views.notices import panel_of
from plans.documents import sheets
from plans.documents.sending import attachment
from teams.requests import StaffRequest, text_in

_VERBS = {"hang": workflow.hang, "take-down": workflow.take_down}


@login_required
@require_safe
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """窗口张贴: the sign on the screen, printed as it stands, or fetched as PDF."""
    notice = _notice(pk)
    chinese, english = signs.words(notice)
    context = {
        "notice": notice,
        "incident": notice.incident,
        "chinese": chinese,
        "english": english,
        "qr": sheets.qr(_address(request)),
        "is_public": notice.state == Notice.State.PUBLISHED,
    }
    return render(request, "notices/sign.html", context)


@login_required
@require_safe
def pdf(request: StaffRequest, pk: int, size: str) -> HttpResponse:
    """The sign as PDF on A4 or A5."""
    if size not in signs.SIZES:
        raise Http404
    notice = _notice(pk)
    made = signs.pdf(notice, size=size, address=_address(request))
    name = _("窗口张贴") + f" {notice.incident.number} {notice.number} {size.upper()}.pdf"
    return attachment(made, name)


@login_required
@require_POST
def act(request: StaffRequest, pk: int, place_pk: int, verb: str) -> HttpResponse:
    """贴好了, 取下了: a person's word about one sign, and a photo where they took one."""
    notice = _notice(pk)
    place = get_object_or_404(Place, pk=place_pk)
    do = _VERBS.get(verb)
    if do is None:
        raise Http404
    word = text_in(request.POST, "word")
    try:
        do(pk, by=request.user, place=place, word=word, photo=request.FILES.get("photo"))
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except (Conflict, Incomplete) as refusal:
        context = panel_of(request, notice.incident_id) | {
            "refused": refusal.sentence,
            "typed": {"place": place.pk, "verb": verb, "word": word},
        }
        return render(request, "notices/incident.html", context, status=refusal.status)
    return redirect(reverse("notices:incident", args=[notice.incident_id]) + "#signs")


@login_required
@require_safe
def photo(request: StaffRequest, pk: int, photo: int) -> FileResponse:
    """A photo of a sign, as a download, for everybody who reads the record."""
    found = get_object_or_404(SignPhoto, pk=photo, posting__notice=pk)
    return keeping.send(found.path, name=found.name, kind=found.kind)


def _address(request: StaffRequest) -> str:
    path = reverse("notices:public")
    return settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path)


def _notice(pk: int) -> Notice:
    return get_object_or_404(
        Notice.objects.select_related("incident").prefetch_related("services"), pk=pk
    )
