"""Reading reviews in the admin. Nobody writes here: the verbs are the only writers."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from reviews.models import ActionItem, Review, Submission


class _ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Review)
class ReviewAdmin(_ReadOnly):
    list_display = ["incident", "state", "report_number", "submitted_at", "received_at"]
    list_filter = ["state", "root_cause"]
    search_fields = ["report_number", "incident__title"]
    list_select_related = ["incident"]


@admin.register(ActionItem)
class ActionItemAdmin(_ReadOnly):
    list_display = ["measure", "kind", "department", "due_on", "done_at"]
    list_filter = ["kind", "department"]
    list_select_related = ["department"]


@admin.register(Submission)
class SubmissionAdmin(_ReadOnly):
    list_display = ["review", "ordinal", "by", "at", "answer", "hash"]
    list_select_related = ["review", "by"]
