"""The API's door to supplies: what there is, what is out, and its verbs. Nothing here writes."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.viewsets import GenericViewSet

from inventory import workflow
from inventory.models import Balance, Item, Loan, Place
from inventory.stock import Stock, stock_of
from inventory.upkeep_api import Inspected, InspectionShape
from inventory.workflow.gate import MOST
from inventory.workflow.moves import OUT
from journal.api import Fixed, RowField, Seen, verb

_SHORT = 200


class _WithStock(serializers.ListSerializer):
    """The numbers of all rows at once."""

    def to_representation(self, data: Any) -> Any:
        rows = list(data.all() if hasattr(data, "all") else data)
        stock = stock_of(rows)
        for row in rows:
            row.stock_now = stock[row.pk]
        return super().to_representation(rows)


class BalanceShape(serializers.ModelSerializer[Balance]):
    """How many lie in one place, of one batch."""

    place = serializers.IntegerField(source="place_id")
    place_name = serializers.CharField(source="place.name")
    batch = serializers.CharField(source="batch.number", allow_null=True, default=None)
    expires_on = serializers.DateField(source="batch.expires_on", allow_null=True, default=None)

    class Meta:
        model = Balance
        fields = ["id", "place", "place_name", "batch", "expires_on", "quantity"]


class SupplyShape(serializers.ModelSerializer[Item]):
    """A kind of supply and how many there are. `free`: what may be issued now."""

    category = serializers.ChoiceField(Item.Category.choices)
    status = serializers.ChoiceField(Item.Status.choices)
    place = serializers.IntegerField(source="place_id", allow_null=True)
    keeper = serializers.IntegerField(source="keeper_id", allow_null=True)
    total = serializers.SerializerMethodField()
    free = serializers.SerializerMethodField()
    reserved = serializers.SerializerMethodField()
    expired = serializers.SerializerMethodField()
    out = serializers.SerializerMethodField()
    balances = BalanceShape(many=True)

    class Meta:
        model = Item
        list_serializer_class = _WithStock
        fields = [
            *("id", "name", "specification", "unit", "category", "is_consumable", "minimum"),
            *("place", "keeper", "phone", "per_window_hour", "inspection_days"),
            *("last_inspected_on", "inspect_by", "status", "status_reason", "note", "version"),
            *("total", "free", "reserved", "expired", "out", "balances"),
        ]

    def _stock(self, item: Item) -> Stock:
        found: Stock | None = getattr(item, "stock_now", None)
        if found is None:
            found = item.stock_now = stock_of([item])[item.pk]  # type: ignore[attr-defined]
        return found

    def get_total(self, item: Item) -> int:
        return self._stock(item).total

    def get_free(self, item: Item) -> int:
        return self._stock(item).free

    def get_reserved(self, item: Item) -> int:
        return self._stock(item).reserved

    def get_expired(self, item: Item) -> int:
        return self._stock(item).expired

    def get_out(self, item: Item) -> int:
        return self._stock(item).out


class LoanShape(serializers.ModelSerializer[Loan]):
    """What was given out, and what became of it. `outstanding`: not accounted for yet."""

    item = serializers.IntegerField(source="item_id")
    name = serializers.CharField(source="item.name")
    unit = serializers.CharField(source="item.unit")
    is_consumable = serializers.BooleanField(source="item.is_consumable")
    department = serializers.IntegerField(source="department_id", allow_null=True)
    outstanding = serializers.IntegerField()

    class Meta:
        model = Loan
        fields = [
            *("id", "item", "name", "unit", "is_consumable", "quantity", "returned", "damaged"),
            *("lost", "consumed", "outstanding", "department", "taker", "purpose", "stream"),
            *("issued_at", "settled_at", "version"),
        ]


class _Sent(Fixed):
    client_uuid = serializers.UUIDField(
        required=False, allow_null=True, help_text="Sent twice with the same one, it is done once."
    )


def quantity(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(**({"min_value": 1, "max_value": MOST} | options))


class Received(_Sent):
    quantity = quantity()
    place = RowField(Place.objects.in_use())
    batch = serializers.CharField(max_length=40, required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=_SHORT, required=False, allow_blank=True)


class WrittenOff(_Sent):
    kind = serializers.ChoiceField([kind.value for kind in OUT])
    quantity = quantity()
    balance = RowField(Balance.objects.all(), help_text="One of the item's `balances`.")
    reason = serializers.CharField(max_length=_SHORT)


class GivenBack(Seen):
    returned = quantity(min_value=0, required=False)
    damaged = quantity(min_value=0, required=False)
    lost = quantity(min_value=0, required=False)
    consumed = quantity(min_value=0, required=False)
    reason = serializers.CharField(max_length=_SHORT, required=False, allow_blank=True)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    place = RowField(Place.objects.in_use(), required=False, allow_null=True)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class SupplyFilter(filters.FilterSet):
    name = filters.CharFilter(max_length=80, help_text="The exact name.")
    category = filters.ChoiceFilter(choices=Item.Category.choices)

    class Meta:
        model = Item
        fields: list[str] = []


class LoanFilter(filters.FilterSet):
    stream = filters.CharFilter(max_length=80, help_text="What it is for, such as `incident:12`.")
    open = filters.BooleanFilter(method="only_open", help_text="Something must still come back.")

    class Meta:
        model = Loan
        fields: list[str] = []

    def only_open(self, rows: Any, _name: str, wanted: bool) -> QuerySet[Loan]:
        return rows.open() if wanted else rows.exclude(pk__in=Loan.objects.open().values("pk"))


class Supplies(ListModelMixin, RetrieveModelMixin, GenericViewSet[Item]):
    """What is kept for emergencies (plan, row P19). Logistics moves stock, everybody looks."""

    queryset = Item.objects.in_use().prefetch_related(
        Prefetch("balances", Balance.objects.select_related("place", "batch"))
    )
    serializer_class = SupplyShape
    filterset_class = SupplyFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Any:
        return done

    receive = verb(workflow.receive, Received, answer=SupplyShape)
    write_off = verb(workflow.write_off, WrittenOff, answer=SupplyShape)
    inspect = verb(workflow.inspect, Inspected, answer=InspectionShape)


class Loans(ListModelMixin, RetrieveModelMixin, GenericViewSet[Loan]):
    """What was given out."""

    queryset = Loan.objects.select_related("item", "department")
    serializer_class = LoanShape
    filterset_class = LoanFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Loan) -> Loan:
        return done

    give_back = verb(workflow.give_back, GivenBack, answer=LoanShape)
