"""The way back for a form that was sent after the sign-in had run out."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


class BackToTheForm:
    """Signing in leads back to the page on which the form stood, where static/js/forms.js has kept
    what was typed; the form's own address may take nothing but a POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and _asks_to_sign_in(response):
            page = _page_of_the_form(request)
            if page:
                response["Location"] = redirect_to_login(page).url
        return response


def _asks_to_sign_in(response: HttpResponse) -> bool:
    where = urlsplit(response.headers.get("Location", ""))
    return (
        response.status_code == 302
        and where.path == resolve_url(settings.LOGIN_URL)
        and REDIRECT_FIELD_NAME in parse_qs(where.query)
    )


def _page_of_the_form(request: HttpRequest) -> str:
    """Path of the page that sent the form, "" where it is not one of ours."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return ""
    where = urlsplit(page)
    return f"{where.path}?{where.query}" if where.query else where.path
