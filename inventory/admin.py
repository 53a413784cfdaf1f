"""Supplies in the administration: to be looked at only. The verbs are the only writers."""

from django.contrib import admin

from inventory import models
from teams.admin import ReadOnly


@admin.register(models.Item)
class ItemAdmin(ReadOnly):
    list_display = ["name", "specification", "category", "minimum", "status", "is_active"]
    list_filter = ["category", "status"]
    search_fields = ["name", "specification"]
    show_full_result_count = False


@admin.register(
    models.Alarm,
    models.Balance,
    models.Batch,
    models.Count,
    models.Fund,
    models.FundEntry,
    models.Inspection,
    models.Loan,
    models.Move,
    models.Payment,
    models.Place,
    models.Receipt,
    models.Reservation,
    models.Supplier,
)
class PartAdmin(ReadOnly):
    list_select_related = True
    show_full_result_count = False
