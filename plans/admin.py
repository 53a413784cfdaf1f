"""The plan in the administration. A published version is read only; so is one that was replaced."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from plans.models import ChecklistItem, Grade, PlanVersion, Section
from teams.admin import ReadOnly, administers


def _is_draft(plan: PlanVersion | None) -> bool:
    return plan is None or plan.status == PlanVersion.Status.DRAFT


class _PartInline(admin.TabularInline):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request) and _is_draft(obj)

    has_change_permission = has_add_permission
    has_delete_permission = has_add_permission


class SectionInline(_PartInline):
    model = Section


class GradeInline(_PartInline):
    model = Grade


class ChecklistItemInline(_PartInline):
    model = ChecklistItem


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnly):
    """Drafts may be edited; putting one in force is the verb's business, not a field's."""

    list_display = ["number", "title", "status", "is_example", "published_at"]
    readonly_fields = ["status", "published_at"]
    inlines = [GradeInline, SectionInline, ChecklistItemInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return administers(request) and _is_draft(obj)
