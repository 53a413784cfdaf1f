"""What the API takes: the body of each verb, field by field the verb's own arguments."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from incidents.filing import Filing
from incidents.models import Check, Evidence, Incident, LawReport
from incidents.workflow.orders import NewOrder
from inventory.models import Item, Place
from inventory.workflow import Wanted
from journal.api import BIG_INTEGER, INTEGER, Fixed, MomentField, RowField, RowsField, Seen
from plans.models import FaultType
from teams.models import Department, Person, ResponseGroup, Service

TEXT = 4000


def _text(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=TEXT, **options)


def _count(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=0, max_value=INTEGER, required=False, allow_null=True, **options
    )


class AddReport(Fixed):
    seen = _text(help_text="What is seen, in a sentence.")
    location = serializers.CharField(max_length=120, required=False, allow_blank=True)
    waiting = _count(help_text="People waiting.")
    client_uuid = serializers.UUIDField(required=False, allow_null=True)
    filed_at = MomentField(
        required=False,
        allow_null=True,
        help_text="Of a report that a device kept without network: its own clock on filing.",
    )
    sent_at = MomentField(
        required=False, allow_null=True, help_text="The device's own clock now; with `filed_at`."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Both moments become one `filing`; a device that says but one of them says nothing."""
        filed_at, sent_at = given.pop("filed_at", None), given.pop("sent_at", None)
        if filed_at is not None and sent_at is None:
            sentence = _("请同时给出设备现在的时间。")
            raise serializers.ValidationError({"sent_at": sentence})
        if filed_at is not None and sent_at is not None:
            given["filing"] = Filing(filed_at, sent_at)
        return given


class NewReport(AddReport):
    """A service, a location or a department is needed besides what is seen."""

    services = RowsField(Service.objects.all(), required=False)
    department = RowField(
        Department.objects.filter(is_active=True), required=False, allow_null=True
    )
    relapse_of = RowField(Incident.objects.all(), required=False, allow_null=True)


class Reason(Seen):
    reason = _text()


class AnswerAsked(serializers.Serializer):
    """An answer to one of the plan's grading questions, named by its position from 1."""

    question = serializers.IntegerField(min_value=1, max_value=INTEGER)
    yes = serializers.BooleanField()


class Graded(Seen):
    """The grade, and how it was found. Without `answers` the worksheet counts as skipped."""

    level = serializers.IntegerField(min_value=1, max_value=4)
    convene = serializers.BooleanField()
    answers = serializers.ListField(
        child=AnswerAsked(), required=False, max_length=100, help_text="The grading worksheet."
    )
    difference = serializers.CharField(
        max_length=400,
        required=False,
        allow_blank=True,
        help_text="Why the grade is not the one that the answers propose; demanded then.",
    )

    def validate_answers(self, given: list[dict[str, Any]]) -> dict[int, bool]:
        return {answer["question"]: answer["yes"] for answer in given}


class Confirm(Graded):
    fault_type = serializers.ChoiceField(FaultType.choices)
    reason = _text(help_text="Why the leading group is convened, or not.")
    affected = RowsField(Department.objects.filter(is_active=True))
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    windows_closed = _count()
    records_exposed = _count()


class ManualOn(Seen):
    departments = RowsField(Department.objects.filter(is_active=True))
    reason = _text()
    minutes = serializers.IntegerField(
        min_value=1, max_value=INTEGER, help_text="How long it is expected to last."
    )


class ManualOff(Seen):
    departments = RowsField(Department.objects.all())
    reason = _text(required=False, allow_blank=True)


class Nothing(serializers.Serializer):
    """The address says everything."""


class WhyNot(serializers.Serializer):
    reason = _text()


class Reported(serializers.Serializer):
    proof = _text(help_text="To whom, how, under which number.")


class Knowledge(WhyNot):
    known_at = MomentField(help_text="Since when the hospital has known of the fault.")


class LawWords(Seen):
    """The fields that people write, by their keys; those left out say what the record knows."""

    stage = serializers.ChoiceField(LawReport.Stage.choices)
    words = serializers.DictField(child=serializers.CharField(max_length=TEXT, allow_blank=True))


class Regrade(Graded, Reason):
    pass


class ChangePlan(Reason):
    number = serializers.IntegerField(
        min_value=1, max_value=INTEGER, help_text="The version in force that you saw."
    )


class OrderAsked(Fixed):
    """An order, to a department or to a response group."""

    department = RowField(
        Department.objects.filter(is_active=True), required=False, allow_null=True
    )
    group = RowField(ResponseGroup.objects.in_use(), required=False, allow_null=True)
    text = _text()
    minutes = serializers.IntegerField(min_value=1, max_value=60 * 24 * 30)

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        to = [row for row in (given.get("department"), given.get("group")) if row is not None]
        if len(to) != 1:
            raise serializers.ValidationError({"department": [_("请选择一个科室或一个小组。")]})
        return NewOrder(to=to[0], text=given["text"], minutes=given["minutes"])


class Command(Seen):
    orders = serializers.ListField(child=OrderAsked(), allow_empty=False, max_length=50)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Repair(Seen):
    lead = RowField(Person.objects.filter(is_active=True))


class SupplyAsked(Fixed):
    """So many of one item, from one place or from wherever it lies."""

    item = RowField(Item.objects.in_use())
    quantity = serializers.IntegerField(min_value=1, max_value=INTEGER)
    place = RowField(Place.objects.in_use(), required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        return Wanted(given["item"].pk, given["quantity"], given.get("place"))


class Issue(Fixed):
    """To a department or to a person. Sent twice with one `client_uuid`, it is done once."""

    wanted = serializers.ListField(child=SupplyAsked(), allow_empty=False, max_length=100)
    department = RowField(
        Department.objects.filter(is_active=True), required=False, allow_null=True
    )
    taker = serializers.CharField(max_length=60, required=False, allow_blank=True)
    client_uuid = serializers.UUIDField(required=False, allow_null=True)


class Cleanup(Seen):
    summary = _text()


class AllClear(Seen):
    words = _text(help_text="What every department reads.")


class Waive(serializers.Serializer):
    point = serializers.CharField(max_length=80, help_text="`key` of the open condition.")
    reason = _text()


class Merge(Seen):
    into = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)


class AddBackup(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    size_bytes = serializers.IntegerField(min_value=1, max_value=BIG_INTEGER)
    sha256 = serializers.CharField(max_length=64, required=False, allow_blank=True)
    remark = _text(required=False, allow_blank=True)


class Decide(serializers.Serializer):
    result = serializers.ChoiceField(
        [choice for choice in Check.Result.choices if choice[0] != Check.Result.PENDING]
    )
    remark = _text(required=False, allow_blank=True)
    number = serializers.DecimalField(
        max_digits=15,
        decimal_places=3,
        required=False,
        allow_null=True,
        help_text="What was measured, in the item's unit.",
    )
    seen = serializers.ChoiceField(
        Check.Result.choices, required=False, allow_null=True, help_text="The result you saw."
    )


class Take(serializers.Serializer):
    seen = serializers.IntegerField(
        min_value=1,
        max_value=BIG_INTEGER,
        required=False,
        allow_null=True,
        help_text="Who had it when you looked; null: nobody. Another one: 409.",
    )


class Assign(Take, Fixed):
    to = RowField(Person.objects.filter(is_active=True))


class HandOn(Fixed):
    what = serializers.CharField(max_length=200)
    from_whom = serializers.CharField(max_length=80)
    to_whom = serializers.CharField(max_length=80)
    kept_where = serializers.CharField(max_length=120)
    handed_at = MomentField()
    sha256 = serializers.CharField(max_length=64, required=False, allow_blank=True)
    file = RowField(Evidence.objects.all(), required=False, allow_null=True)


class CountExposed(serializers.Serializer):
    kind = serializers.CharField(max_length=80)
    count = serializers.IntegerField(min_value=0, max_value=10_000_000_000)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class Reopen(Fixed):
    department = RowField(Department.objects.all())
    window = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="Empty: the whole department."
    )


class AddCheck(serializers.Serializer):
    text = serializers.CharField(max_length=120)


class Proof(serializers.Serializer):
    """What was done, in a word."""

    proof = _text(help_text="A word of proof.")


class Finish(Seen, Proof):
    pass
