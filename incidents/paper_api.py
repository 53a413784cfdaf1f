"""The API's door to paper: manual mode and its confirmations. What it takes is in `asked`."""

from typing import Any, cast

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents import workflow
from incidents.models import (
    AllClear,
    AllClearReceipt,
    Batch,
    Incident,
    ManualMode,
    Reentry,
    Slip,
)
from incidents.serializers import Named
from journal.api import INTEGER, MomentField, RowField, Seen, verb
from teams.models import Department, Person


class ManualModeShape(serializers.ModelSerializer[ManualMode]):
    """One stretch of manual mode of one department."""

    incident = serializers.IntegerField(source="incident_id")
    department = Named()
    state = serializers.ChoiceField(ManualMode.State.choices)
    on_by = Named()
    on_confirmed_by = Named(allow_null=True)
    off_by = Named(allow_null=True)
    off_confirmed_by = Named(allow_null=True)

    class Meta:
        model = ManualMode
        fields = [
            *("id", "incident", "department", "state", "version", "reason", "expected_minutes"),
            *("on_at", "on_by", "on_confirmed_at", "on_confirmed_by"),
            *("off_at", "off_by", "off_reason", "off_confirmed_at", "off_confirmed_by"),
        ]


class ManualModeFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")
    department = filters.NumberFilter(field_name="department_id")
    state = filters.MultipleChoiceFilter(choices=ManualMode.State.choices)

    class Meta:
        model = ManualMode
        fields: list[str] = []


class ManualModes(ListModelMixin, RetrieveModelMixin, GenericViewSet[ManualMode]):
    """Manual mode (手工模式): switched by `manual_on` and `manual_off` of an incident, confirmed
    by each department here."""

    queryset = ManualMode.objects.select_related(
        "department", "on_by", "on_confirmed_by", "off_by", "off_confirmed_by"
    )
    serializer_class = ManualModeShape
    filterset_class = ManualModeFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> ManualMode:
        return self.get_queryset().get(pk=pk)

    confirm_on = verb(workflow.confirm_manual_on, Seen, answer=ManualModeShape, name="confirm_on")
    confirm_off = verb(
        workflow.confirm_manual_off, Seen, answer=ManualModeShape, name="confirm_off"
    )


class BatchShape(serializers.ModelSerializer[Batch]):
    """A batch of numbered forms. Amounts are yuan with two places, as text."""

    department = Named()
    incident = serializers.IntegerField(source="incident_id", allow_null=True)
    state = serializers.ChoiceField(Batch.State.choices)
    count = serializers.IntegerField()

    class Meta:
        model = Batch
        fields = [
            *("id", "department", "incident", "state", "version", "kind", "with_cash", "prefix"),
            *("first", "last", "count", "registered_at", "opened_at", "accounted_at"),
            *("lost_reason", "paper_total", "explained", "explanation", "entered_total"),
            *("closed_at", "retired_reason"),
        ]


class DescribedBatch(serializers.Serializer):
    department = RowField(Department.objects.filter(is_active=True))
    kind = serializers.CharField(max_length=40)
    prefix = serializers.CharField(max_length=12)
    with_cash = serializers.BooleanField(required=False)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class NewBatch(DescribedBatch):
    first = serializers.IntegerField(min_value=1, max_value=INTEGER)
    last = serializers.IntegerField(min_value=1, max_value=INTEGER)


class NewRange(DescribedBatch):
    count = serializers.IntegerField(min_value=1, max_value=INTEGER)


class OpenBatch(Seen):
    incident = RowField(Incident.objects.all())


class RetireBatch(Seen):
    reason = serializers.CharField(max_length=4000)


class Marked(serializers.Serializer):
    numbers = serializers.CharField(max_length=2000, help_text="Such as `1-40, 43`.")
    fate = serializers.ChoiceField(Slip.Fate.choices)


def _numbers() -> serializers.CharField:
    return serializers.CharField(max_length=2000, required=False, allow_blank=True)


class Accounted(Seen):
    """Each number of the batch in one of four lists, such as `1-40, 43`."""

    used = _numbers()
    void = _numbers()
    lost = _numbers()
    unused = _numbers()
    rest_unused = serializers.BooleanField(
        required=False, help_text="What is named nowhere was counted and is unused."
    )
    lost_reason = serializers.CharField(max_length=400, required=False, allow_blank=True)


class Reentered(serializers.Serializer):
    numbers = serializers.CharField(max_length=2000)
    event_from = MomentField(help_text="When it really happened, by the paper.")
    event_to = MomentField(required=False, allow_null=True)
    amount = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, help_text="Yuan."
    )
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class CashCounted(Seen):
    total = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="Yuan.")


class NoWords(serializers.Serializer):
    """Nothing is asked."""


class WhyReturned(serializers.Serializer):
    reason = serializers.CharField(max_length=4000)


class ReentryShape(serializers.ModelSerializer[Reentry]):
    batch = serializers.IntegerField(source="batch_id")
    by = Named()
    checked_by = Named(allow_null=True)
    returned_by = Named(allow_null=True)

    class Meta:
        model = Reentry
        fields = [
            *("id", "batch", "numbers", "count", "event_from", "event_to", "amount", "by", "at"),
            *("checked_by", "checked_at", "returned_by", "returned_at", "returned_reason"),
        ]


class ReentryFilter(filters.FilterSet):
    batch = filters.NumberFilter(field_name="batch_id")

    class Meta:
        model = Reentry
        fields: list[str] = []


class BatchFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")
    department = filters.NumberFilter(field_name="department_id")
    state = filters.MultipleChoiceFilter(choices=Batch.State.choices)

    class Meta:
        model = Batch
        fields: list[str] = []


class Batches(ListModelMixin, RetrieveModelMixin, GenericViewSet[Batch]):
    """Batches of numbered forms (表单批次): what each department has in its kit, and has used."""

    queryset = Batch.objects.select_related("department")
    serializer_class = BatchShape
    filterset_class = BatchFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Any) -> Batch | Reentry:
        return done if isinstance(done, Reentry) else self.get_queryset().get(pk=pk)

    @extend_schema(request=NewBatch, responses={201: BatchShape}, filters=False)
    def create(self, request: Request) -> Response:
        """Put a printed range of numbered forms on record."""
        given = NewBatch(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.register(by=cast(Person, request.user), **given.validated_data)
        return Response(BatchShape(made).data, status=201)

    @extend_schema(request=NewRange, responses={201: BatchShape}, filters=False)
    @action(detail=False, methods=["post"])
    def reserve(self, request: Request) -> Response:
        """As registering, with the next numbers under the prefix."""
        given = NewRange(data=request.data)
        given.is_valid(raise_exception=True)
        made = workflow.reserve(by=cast(Person, request.user), **given.validated_data)
        return Response(BatchShape(made).data, status=201)

    open_batch = verb(
        workflow.open_batch, OpenBatch, answer=BatchShape, name="open_batch", address="open"
    )
    retire = verb(workflow.retire, RetireBatch, answer=BatchShape)
    mark = verb(workflow.mark, Marked, answer=BatchShape)
    account = verb(workflow.account, Accounted, answer=BatchShape)
    reenter = verb(workflow.reenter, Reentered, answer=ReentryShape)
    count_cash = verb(workflow.count_cash, CashCounted, answer=BatchShape)
    explain = verb(workflow.explain, RetireBatch, answer=BatchShape)
    close_batch = verb(
        workflow.close_batch, Seen, answer=BatchShape, name="close_batch", address="close"
    )


class Reentries(ListModelMixin, RetrieveModelMixin, GenericViewSet[Reentry]):
    """What was entered into the system from paper (补录), to be checked by a second person."""

    queryset = Reentry.objects.select_related("by", "checked_by", "returned_by")
    serializer_class = ReentryShape
    filterset_class = ReentryFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: Reentry) -> Reentry:
        return done

    check = verb(workflow.check_reentry, NoWords, answer=ReentryShape, name="check")
    give_back = verb(
        workflow.return_reentry,
        WhyReturned,
        answer=ReentryShape,
        name="give_back",
        address="return",
    )


class ReceiptShape(serializers.ModelSerializer[AllClearReceipt]):
    """One department that was told the all clear."""

    all_clear = serializers.IntegerField(source="all_clear_id")
    department = Named()
    confirmed_by = Named(allow_null=True)

    class Meta:
        model = AllClearReceipt
        fields = ["id", "all_clear", "department", "confirmed_at", "confirmed_by"]


class AllClearShape(serializers.ModelSerializer[AllClear]):
    incident = serializers.IntegerField(source="incident_id")
    by = Named()
    revoked_by = Named(allow_null=True)

    class Meta:
        model = AllClear
        fields = [
            *("id", "incident", "words", "at", "by"),
            *("revoked_at", "revoked_by", "revoked_reason"),
        ]


class AllClearFilter(filters.FilterSet):
    incident = filters.NumberFilter(field_name="incident_id")

    class Meta:
        model = AllClear
        fields: list[str] = []


class AllClears(ListModelMixin, RetrieveModelMixin, GenericViewSet[AllClear]):
    """All clears (解除), said by `all_clear` of an incident; a relapse revokes one."""

    queryset = AllClear.objects.select_related("by", "revoked_by")
    serializer_class = AllClearShape
    filterset_class = AllClearFilter
    lookup_value_converter = "int"


class ReceiptFilter(filters.FilterSet):
    all_clear = filters.NumberFilter(field_name="all_clear_id")
    incident = filters.NumberFilter(field_name="all_clear__incident_id")

    class Meta:
        model = AllClearReceipt
        fields: list[str] = []


class Receipts(ListModelMixin, RetrieveModelMixin, GenericViewSet[AllClearReceipt]):
    """Departments that were told an all clear, to confirm it."""

    queryset = AllClearReceipt.objects.select_related("department", "confirmed_by")
    serializer_class = ReceiptShape
    filterset_class = ReceiptFilter
    lookup_value_converter = "int"

    def answered(self, pk: int, done: AllClearReceipt) -> AllClearReceipt:
        return done

    confirm = verb(workflow.confirm_all_clear, NoWords, answer=ReceiptShape, name="confirm")
