"""The plan in the administration, to look at. Its own pages are where it is changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from plans.models import ChecklistItem, Grade, PlanVersion, Section
from teams.admin import ReadOnly


class _PartInline(admin.TabularInline):
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

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
    """To look at; drafts are written, and put in force, on the plan's own pages."""

    list_display = ["number", "title", "status", "is_example", "effective_at", "published_at"]
    inlines = [GradeInline, SectionInline, ChecklistItemInline]
