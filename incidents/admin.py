"""Incidents in the administration: to be looked at only. The verbs are the only writers."""

from django.contrib import admin

from incidents.models import (
    Backup,
    Check,
    Deadline,
    Incident,
    Order,
    Report,
    Signature,
    Waiver,
)
from teams.admin import ReadOnly


@admin.register(Incident)
class IncidentAdmin(ReadOnly):
    list_display = ["number", "title", "state", "grade", "reported_at", "reporter"]
    list_filter = ["state", "fault_type"]
    list_select_related = ["grade", "reporter"]
    search_fields = ["title", "location"]
    show_full_result_count = False


@admin.register(Order)
class OrderAdmin(ReadOnly):
    list_display = ["incident", "addressee", "text", "state", "due_at"]
    list_select_related = ["incident", "department", "group"]
    show_full_result_count = False


@admin.register(Report, Check, Backup, Signature, Waiver, Deadline)
class PartAdmin(ReadOnly):
    list_select_related = True
    show_full_result_count = False
