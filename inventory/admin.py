"""Supplies in the administration: to be looked at only. The verbs are the only writers."""

from django.contrib import admin

from inventory.models import Alarm, Balance, Batch, Inspection, Item, Loan, Move, Place, Reservation
from teams.admin import ReadOnly


@admin.register(Item)
class ItemAdmin(ReadOnly):
    list_display = ["name", "specification", "category", "minimum", "status", "is_active"]
    list_filter = ["category", "status"]
    search_fields = ["name", "specification"]
    show_full_result_count = False


@admin.register(Alarm, Inspection, Place, Batch, Balance, Loan, Move, Reservation)
class PartAdmin(ReadOnly):
    list_select_related = True
    show_full_result_count = False
