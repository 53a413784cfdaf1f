"""The API's door to the emergency fund: its account, payments, receipts. Nothing here writes."""

from decimal import Decimal
from typing import Any, cast

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory import workflow
from inventory.authority import keeps, may_see_receipts
from inventory.models import Fund, FundEntry, Payment, Receipt, ReceiptFile
from inventory.workflow import Purpose
from inventory.workflow.funds import MOST_MONEY
from journal import keeping
from journal.api import BIG_INTEGER, Fixed, RowField, Seen, verb
from teams.models import Person

_SHORT = 200


def money(least: str = "0.01", **options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(least),
        max_value=MOST_MONEY,
        **options,
    )


class FundShape(serializers.ModelSerializer[Fund]):
    """Ready money. Above `two_person_above` a payment waits for a second person."""

    keeper = serializers.IntegerField(source="keeper_id", allow_null=True)

    class Meta:
        model = Fund
        fields = ["id", "name", "balance", "two_person_above", "keeper"]


class FundEntryShape(serializers.ModelSerializer[FundEntry]):
    """A line of the account: `change` is signed, `after` is the balance behind it."""

    kind = serializers.ChoiceField(FundEntry.Kind.choices)
    payment = serializers.IntegerField(source="payment_id", allow_null=True)
    by = serializers.IntegerField(source="by_id", allow_null=True)

    class Meta:
        model = FundEntry
        fields = ["id", "kind", "change", "after", "payment", "reason", "by", "at"]


class ReceiptFileShape(serializers.ModelSerializer[ReceiptFile]):
    """Kind, size and SHA-256 are what the server found."""

    class Meta:
        model = ReceiptFile
        fields = ["id", "name", "kind", "size_bytes", "sha256", "at"]


class PaymentReceiptShape(serializers.ModelSerializer[Receipt]):
    """A receipt; `files` is empty for who may not see them."""

    files = serializers.SerializerMethodField()
    by = serializers.IntegerField(source="by_id", allow_null=True)

    class Meta:
        model = Receipt
        fields = ["id", "number", "amount", "what", "by", "at", "files"]

    @extend_schema_field(ReceiptFileShape(many=True))
    def get_files(self, receipt: Receipt) -> Any:
        request = self.context.get("request")
        if request is None or not may_see_receipts(request.user):
            return []
        return ReceiptFileShape(receipt.files.all(), many=True).data


class PaymentShape(serializers.ModelSerializer[Payment]):
    """Money that leaves the fund. `spent`: what the receipts came to, when it was settled."""

    fund = serializers.IntegerField(source="fund_id")
    kind = serializers.ChoiceField(Payment.Kind.choices)
    state = serializers.ChoiceField(Payment.State.choices)
    asked_by = serializers.IntegerField(source="asked_by_id", allow_null=True)
    decided_by = serializers.IntegerField(source="decided_by_id", allow_null=True)
    receipts = PaymentReceiptShape(many=True)

    class Meta:
        model = Payment
        fields = [
            *("id", "fund", "kind", "state", "amount", "spent", "payee", "purpose", "stream"),
            *("asked_by", "asked_at", "decided_by", "decided_at", "said", "settled_at"),
            *("receipts", "version"),
        ]


class NewFund(Fixed):
    name = serializers.CharField(max_length=40, help_text="As the plan calls it.")
    two_person_above = money("0", required=False)
    keeper = RowField(Person.objects.filter(is_active=True), required=False, allow_null=True)


class Deposited(Fixed):
    amount = money()
    reason = serializers.CharField(max_length=_SHORT)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Paid(Fixed):
    kind = serializers.ChoiceField(Payment.Kind.choices)
    amount = money()
    payee = serializers.CharField(max_length=60)
    purpose = serializers.CharField(max_length=_SHORT)
    receipt = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Number, where it is there."
    )
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class NotPaid(Seen):
    reason = serializers.CharField(max_length=_SHORT)


class NewReceipt(Fixed):
    number = serializers.CharField(max_length=40)
    amount = money()
    what = serializers.CharField(max_length=120)
    file = serializers.FileField(
        required=False, help_text="Its photo or file, with `multipart/form-data`."
    )


class NewReceiptFile(serializers.Serializer):
    receipt = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)
    file = serializers.FileField()


def pay(pk: int, *, by: Any, purpose: str, **facts: Any) -> Payment:
    """Spend money or advance it. Above the fund's limit it waits for a second person.

    What an incident needs is paid with that incident's `pay_for`.
    """
    return workflow.pay(pk, by=by, purpose=Purpose(purpose), **facts)


class Funds(ListModelMixin, RetrieveModelMixin, GenericViewSet[Fund]):
    """Emergency funds (应急备用金; plan, row P19). Logistics keeps them, everybody looks."""

    queryset = Fund.objects.all()
    serializer_class = FundShape
    filter_backends = ()
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Any:
        return done if isinstance(done, Payment) else Fund.objects.get(pk=pk)

    @extend_schema(request=NewFund, responses={201: FundShape}, filters=False)
    def create(self, request: Request) -> Response:
        """A new account with nothing in it."""
        given = NewFund(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.open_fund(by=cast(Person, request.user), **given.validated_data)
        return Response(FundShape(made).data, status=201)

    @extend_schema(responses=FundEntryShape(many=True), filters=False)
    @action(detail=True)
    def entries(self, request: Request, pk: int) -> Response:
        """The account, newest line first."""
        entries: Any = self.get_object().entries.all()
        rows: Any = self.paginate_queryset(entries)
        return self.get_paginated_response(FundEntryShape(rows, many=True).data)

    deposit = verb(workflow.deposit, Deposited, answer=FundShape)
    pay = verb(pay, Paid, answer=PaymentShape)


class PaymentFilter(filters.FilterSet):
    fund = filters.NumberFilter(field_name="fund_id")
    state = filters.ChoiceFilter(choices=Payment.State.choices)
    stream = filters.CharFilter(max_length=80, help_text="What it is for, such as `incident:12`.")

    class Meta:
        model = Payment
        fields: list[str] = []


class Payments(ListModelMixin, RetrieveModelMixin, GenericViewSet[Payment]):
    """Payments from an emergency fund, with their receipts."""

    queryset = Payment.objects.prefetch_related("receipts__files")
    serializer_class = PaymentShape
    filterset_class = PaymentFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Payment:
        return self.get_queryset().get(pk=pk)

    approve = verb(workflow.approve, Seen, answer=PaymentShape)
    refuse = verb(workflow.refuse_payment, NotPaid, answer=PaymentShape, name="refuse")
    settle = verb(workflow.settle, Seen, answer=PaymentShape)
    add_receipt = verb(workflow.add_receipt, NewReceipt, answer=PaymentShape, takes_files=True)

    @extend_schema(
        request={"multipart/form-data": NewReceiptFile},
        responses={200: PaymentShape},
        filters=False,
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def attach(self, request: Request, pk: int) -> Response:
        """Hand in the photo or file of a receipt that was entered before."""
        if not keeps(request.user):
            raise PermissionDenied(_("物资由后勤人员管理。"))
        given = NewReceiptFile(data=request.data)
        given.is_valid(raise_exception=True)
        said = given.validated_data
        if not self.get_object().receipts.filter(pk=said["receipt"]).exists():
            raise ValidationError({"receipt": [_("这笔支出没有这张票据。")]})
        workflow.attach_receipt(pk, by=request.user, **said)
        shape = PaymentShape(self.answered(pk, None), context=self.get_serializer_context())
        return Response(shape.data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(
        detail=True,
        filter_backends=[],
        pagination_class=None,
        url_path="files/<int:file>",
        url_name="file",
    )
    def content(self, request: Request, pk: int, file: int) -> FileResponse:
        """A receipt's file, as a download: for logistics, the leading group and audit."""
        if not may_see_receipts(request.user):
            raise PermissionDenied(_("票据文件只给后勤、领导小组和审计看。"))
        found = get_object_or_404(ReceiptFile, pk=file, receipt__payment=self.get_object())
        return keeping.send(found.path, name=found.name, kind=found.kind)
