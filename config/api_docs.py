"""The API described: the errors that every operation may answer with, and the page to read it."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457), the one shape of every error.",
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:yingji:problem:conflict"]},
        "title": {"type": "string", "description": "The kind of problem, for machines."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for the person."},
        "errors": {
            "type": "object",
            "description": "Sentences by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status", "detail"],
}
_MEANING = {
    "400": "The body or a parameter has not the shape that is asked for.",
    "401": "No token, or one that is wrong or has expired; name and password do not fit.",
    "403": "This person may not do this.",
    "404": "There is no such row.",
    "409": "Somebody was faster: the row has moved on, or is in a state without this verb.",
    "415": "Only `application/json` is taken.",
    "422": "What the step demands is not all there.",
    "429": "Too many attempts: the name is locked for a while.",
}


def document_problems(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Hook of drf-spectacular: say of each operation which problems it answers with."""
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            for status in _problems_of(path, method, operation):
                operation["responses"].setdefault(
                    status,
                    {
                        "description": _MEANING[status],
                        "content": {
                            "application/problem+json": {
                                "schema": {"$ref": "#/components/schemas/Problem"}
                            }
                        },
                    },
                )
    return result


def _problems_of(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    found = ["401", "403"]
    if "{" in path or any(part["in"] == "query" for part in operation.get("parameters", [])):
        found += ["400", "404"]
    if method == "post":
        found += ["400", "404", "409", "415", "422"]
    if method == "delete":
        found += ["409"]
    if path.endswith("/tokens/") and method == "post":
        found += ["429"]
    return sorted(set(found))


class Docs(LoginRequiredMixin, TemplateView):
    """The description to read and to try, by Swagger UI from the server's own files."""

    template_name = "api/docs.html"
