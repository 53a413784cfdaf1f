"""Who came in with a first password chooses one of their own before anything else."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# What somebody with a first password may open. Only of other views is it asked who is there: the
# patients' page must work without the database.
_OPEN = {
    *("account_login", "account_logout", "account_inactive", "account_change_password"),
    *("account_reauthenticate", "set_language", "ready", "live", "journal:live"),
    *("notices:public", "notices:public_json", "api:tokens"),
    *("worker", "manifest", "offline", "session"),
}


class FirstPassword:
    """Sends a person whose password was handed over to the page where they choose their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in _OPEN:
            return None
        person: Any = request.user
        if not (person.is_authenticated and person.must_change_password):
            return None
        if match.namespaces[:1] == ["api"]:
            problem = {
                "type": "urn:yingji:problem:password_change_required",
                "title": "password_change_required",
                "status": 403,
                "detail": _("请先登录网页，把初始密码换成自己的。"),
            }
            return JsonResponse(problem, status=403, content_type="application/problem+json")
        if request.headers.get("HX-Request"):
            # A part of the password's own page asks for its content: there is none.
            return HttpResponse(status=204)
        return redirect("account_change_password")
