"""Mail subscriptions of the public page: ask, confirm by the mail's link, leave. No account."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from journal.refusals import Refusal
from notices import links, workflow
from notices.models import Channel, Subscription
from notices.surfaces.registry import LANGUAGES
from notices.views.public import asked_language, asked_size


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=_("邮件地址"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("只用来发送服务状态的更新；退订后立即删除。"),
        error_messages={
            "required": _("请填写邮件地址。"),
            "invalid": _("请填写完整的邮件地址，例如 name@example.org。"),
        },
    )


# A token against forgery would need a cookie, and patients are set none; there is no session here
# that a foreign page could borrow.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for every update by mail. The answer is the same whether the address is known or not."""
    language = asked_language(request)
    with translation.override(LANGUAGES[language]):
        form = AddressForm(request.POST if request.method == "POST" else None)
        if request.method != "POST":
            is_open = Subscription.Kind.EMAIL in Channel.objects.for_subscribers()
            return _page(request, language, form=form, state="ask" if is_open else "closed")
        if not form.is_valid():
            return _page(request, language, form=form, state="ask", status=422)
        try:
            workflow.subscribe(form.cleaned_data["address"], language=language)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return _page(request, language, form=form, state="ask", status=refusal.status)
        size = f"&size={size}" if (size := asked_size(request)) else ""
        return redirect(f"{reverse('notices:subscribe')}sent/?lang={language}{size}")


# A link's token is the authority. Opening the page does nothing: mail programs look at links by
# themselves. And a browser that keeps no cookies must be able to press the button.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of the first mail; `sent` says that this mail is on its way."""
    language = asked_language(request)
    with translation.override(LANGUAGES[language]):
        if token == "sent":  # noqa: S105  (an address, and no secret)
            return _page(request, language, state="sent")
        if links.subscription_of(token) is None:
            return _page(request, language, state="gone", status=404)
        if request.method != "POST":
            return _page(request, language, state="confirm")
        try:
            workflow.confirm_subscription(token)
        except Refusal:
            return _page(request, language, state="gone", status=410)
        return _page(request, language, state="confirmed")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link in each mail; mail programs post to it by themselves (RFC 8058)."""
    language = asked_language(request)
    with translation.override(LANGUAGES[language]):
        if links.subscription_of(token) is None:
            return _page(request, language, state="gone", status=404)
        if request.method != "POST":
            return _page(request, language, state="leave")
        workflow.unsubscribe(token)
        return _page(request, language, state="left")


def _page(request: HttpRequest, language: str, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"language": language, "size": asked_size(request)}
    answer = render(request, "notices/subscribing.html", context, status=status)
    answer["Content-Language"] = language
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
