"""One shape for every error of the API: problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from journal.refusals import Refusal


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into `application/problem+json`; None for what nobody foresaw (a 500).

    The body has `type`, `title`, `status`, `detail` and, where fields are wrong, `errors`
    (`{field: [sentence]}`).
    """
    if isinstance(error, Refusal):
        errors = {name: [str(text)] for name, text in error.fields.items()}
        return _problem(error.status, error.code, str(error), errors)
    if isinstance(error, ObjectDoesNotExist):
        error = Http404()
    elif isinstance(error, RequestDataTooBig):
        error = exceptions.ParseError(_("内容太长，一次放不下。"))
    elif isinstance(error, RecursionError):
        # Brackets in brackets, thousands deep: no body of ours.
        error = exceptions.ParseError()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        return _problem(400, "invalid", _("提交的内容有误。"), _as_lists(error.detail))
    code = "not_found" if response.status_code == 404 else getattr(error, "default_code", "error")
    detail = (
        _("没有这一项，或您无权查看。")
        if response.status_code == 404
        else str(getattr(error, "detail", error))
    )
    problem = _problem(response.status_code, code, detail)
    for header in ("WWW-Authenticate", "Retry-After", "Allow"):
        if header in response:
            problem[header] = response[header]
    return problem


@extend_schema(exclude=True)
class NoSuchAddress(APIView):
    """Whatever else is asked for below `/api/`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404


def _problem(
    status: int, code: str, detail: str, errors: dict[str, list[str]] | None = None
) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:yingji:problem:{code}",
        "title": code,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, content_type="application/problem+json")


def _as_lists(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {
            str(field): [_sendable(message) for message in messages]
            if isinstance(messages, list)
            else [_sendable(messages)]
            for field, messages in detail.items()
        }
    messages = detail if isinstance(detail, list) else [detail]
    return {"non_field_errors": [_sendable(message) for message in messages]}


def _sendable(message: Any) -> str:
    """The message without half characters: one that quotes what was sent may hold some."""
    return str(message).encode(errors="replace").decode()
