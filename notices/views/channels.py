"""告警渠道, for administrators: the ways out, how they are doing, and their forms."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.recording import now
from journal.refusals import Conflict, Incomplete, NotAllowed, Refusal
from notices import authority, links, sealing, workflow
from notices.channel_forms import ChannelForm, SwitchOffForm, first_values, values_of
from notices.channels import KINDS
from notices.models import Channel
from teams.models import ContactPoint, Person
from teams.requests import StaffRequest


@login_required
@require_safe
def channels(request: StaffRequest) -> HttpResponse:
    """Every channel in the order in which they are tried, and how each is doing."""
    _check_may_see(request)
    at = now()
    context = {
        "rows": [(channel, _state(channel, at)) for channel in Channel.objects.all()],
        "may_configure": authority.may_configure(request.user),
        "has_key": sealing.has_key(),
    }
    template = "notices/_channels.html" if request.htmx else "notices/channels.html"
    return render(request, template, context)


@login_required
@require_safe
def new(request: StaffRequest) -> HttpResponse:
    """Which kind of channel is it to be?"""
    _check_may_configure(request)
    return render(request, "notices/channel_kinds.html", {"kinds": KINDS.values()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest, kind: str) -> HttpResponse:
    """The form of a new channel of this kind."""
    _check_may_configure(request)
    made_of = KINDS.get(kind)
    if made_of is None:
        raise Http404
    context: dict[str, Any] = {"made_of": made_of, "title": _("添加渠道")}
    if request.method != "POST":
        return _form(request, ChannelForm(made_of=made_of, initial=first_values(made_of)), context)
    form = ChannelForm(request.POST, made_of=made_of)
    if not form.is_valid():
        return _form(request, form, context, status=422)
    try:
        channel = workflow.add_channel(kind, by=request.user, **form.facts())
    except Refusal as refusal:
        return _refused(request, form, context, refusal)
    messages.success(request, _("已添加「%(name)s」。") % {"name": channel.name})
    return redirect("notices:channels")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """The form of a channel. Its secrets can be replaced here, never read."""
    _check_may_see(request)
    channel = get_object_or_404(Channel, pk=pk)
    context: dict[str, Any] = {
        "channel": channel,
        "made_of": channel.made_of,
        "title": channel.name,
        "state": _state(channel, now()),
        "off_form": SwitchOffForm(initial={"version": channel.version}),
        "may_configure": authority.may_configure(request.user),
    }
    if authority.may_configure(request.user):
        context["callback_url"] = links.callback_url(channel)
        context["own_address"] = _own_address(channel, request.user)
        context["last_test"] = channel.deliveries.filter(purpose="test").order_by("-pk").first()
    if request.method != "POST":
        form = ChannelForm(made_of=channel.made_of, channel=channel, initial=values_of(channel))
        return _form(request, form, context)
    form = ChannelForm(request.POST, made_of=channel.made_of, channel=channel)
    if not form.is_valid():
        return _form(request, form, context, status=422)
    version = form.cleaned_data["version"]
    try:
        workflow.change_channel(pk, by=request.user, version=version, **form.facts())
    except Refusal as refusal:
        return _refused(request, form, context, refusal)
    messages.success(request, _("已修改「%(name)s」。") % {"name": form.cleaned_data["name"]})
    return redirect("notices:channels")


@login_required
@require_http_methods(["POST"])
def switch(request: StaffRequest, pk: int, to: str) -> HttpResponse:
    """启用 or 停用; the latter says why."""
    _check_may_configure(request)
    channel = get_object_or_404(Channel, pk=pk)
    form = SwitchOffForm(request.POST)
    form.full_clean()
    version = form.cleaned_data.get("version")
    try:
        if to == "on":
            workflow.switch_on_channel(pk, by=request.user, version=version)
            messages.success(request, _("已启用「%(name)s」。") % {"name": channel.name})
        else:
            reason = form.cleaned_data.get("reason", "")
            workflow.switch_off_channel(pk, by=request.user, version=version, reason=reason)
            messages.success(request, _("已停用「%(name)s」。") % {"name": channel.name})
    except (Conflict, Incomplete) as refusal:
        channel.refresh_from_db()
        if isinstance(refusal, Conflict):
            form.see(channel.version)
        context = {
            "channel": channel,
            "made_of": channel.made_of,
            "title": channel.name,
            "state": _state(channel, now()),
            "off_form": form,
            "may_configure": True,
            "conflict": refusal if isinstance(refusal, Conflict) else None,
        }
        shown = ChannelForm(made_of=channel.made_of, channel=channel, initial=values_of(channel))
        return _form(request, shown, context, status=refusal.status)
    return redirect("notices:channels")


def _own_address(channel: Channel, person: Person) -> str:
    """Where the person who tests the channel would get its messages; empty where nowhere."""
    points = ContactPoint.objects.in_use().filter(
        person=person, kind__in=channel.made_of.serves(channel.configuration)
    )
    point = points.order_by("position", "pk").first()
    return point.address if point is not None else ""


def _form(
    request: StaffRequest, form: ChannelForm, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context.setdefault("may_configure", True)
    return render(request, "notices/channel.html", context | {"form": form}, status=status)


def _refused(
    request: StaffRequest, form: ChannelForm, context: dict[str, Any], refusal: Refusal
) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(refusal.sentence) from refusal
    if isinstance(refusal, Conflict):
        channel = get_object_or_404(Channel, pk=context["channel"].pk)
        # What was typed stays, and is sent on top of what the person sees now.
        form.see(channel.version)
        context |= {"conflict": refusal, "channel": channel, "state": _state(channel, now())}
    else:
        form.refuse(refusal.fields or {"": refusal.sentence})
    return _form(request, form, context, status=refusal.status)


def _state(channel: Channel, at: Any) -> dict[str, Any]:
    """How a channel is doing: a word for the sheet, a sentence, and since or until when."""
    if not channel.is_active:
        return {"name": "off", "label": _("停用")}
    try:
        channel.line  # noqa: B018  (opening the seal is the question)
    except sealing.CannotOpen:
        return {
            "name": "failed",
            "label": _("密钥打不开"),
            "why": _("CHANNEL_KEY 换过或缺失：换回原来的，或重新填写密钥。"),
        }
    if channel.opened_until is not None:
        label = _("正在试探") if channel.is_probed else _("暂停：连续失败")
        return {"name": "failed", "label": label, "until": channel.opened_until}
    if channel.paused_until is not None and channel.paused_until > at:
        return {"name": "paused", "label": _("等待：对方要求放慢"), "until": channel.paused_until}
    if channel.failures:
        return {"name": "paused", "label": _("刚才失败过")}
    if channel.last_sent_at is None:
        return {"name": "untried", "label": _("还没有发过")}
    return {"name": "done", "label": _("正常")}


def _check_may_see(request: StaffRequest) -> None:
    if not authority.may_see_channels(request.user):
        raise PermissionDenied(_("只有管理员和审计员能看告警渠道。"))


def _check_may_configure(request: StaffRequest) -> None:
    if not authority.may_configure(request.user):
        raise PermissionDenied(_("只有管理员能设置告警渠道。"))
