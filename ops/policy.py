"""The header that tells browsers what a page may load (settings.CONTENT_SECURITY_POLICY)."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse


class SamePolicy:
    """One policy for every page, put together once: no page of ours asks for an exception.

    django-csp's own middleware puts it together anew, twice, for each answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._policy = build_policy()
        self._without = tuple(settings.CONTENT_SECURITY_POLICY["EXCLUDE_URL_PREFIXES"])

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Django's pages for developers bring their own styles.
        is_for_developers = settings.DEBUG and response.status_code in (404, 500)
        if not is_for_developers and not request.path_info.startswith(self._without):
            response.headers.setdefault(HEADER, self._policy)
        return response
