"""What the API takes for the plan: the body of each verb, field by field the verb's arguments."""

from typing import Any

from rest_framework import serializers

from journal.api import INTEGER, MomentField, Seen
from plans import form
from plans.yaml_form import LONGEST

TEXT = 2000


def _text(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=TEXT, **options)


class BringIn(serializers.Serializer):
    """A whole version as YAML (docs/plan.md, docs/plan.schema.json)."""

    text = serializers.CharField(max_length=LONGEST, trim_whitespace=False)
    reason = _text(required=False, allow_blank=True)


class PlanDraft(serializers.Serializer):
    reason = _text(required=False, allow_blank=True, help_text="What is to be changed and why.")


class PlanReason(Seen):
    reason = _text()


class PlanChange(Seen):
    """Why a clause is changed: by an open finding, or by a source in words."""

    note = _text(help_text="How it is changed.")
    clause = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="A path such as `sections/3.1`."
    )
    finding_key = serializers.CharField(
        max_length=60, required=False, allow_blank=True, help_text="Such as `action:12`."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # a name of the contract
        max_length=400, required=False, allow_blank=True
    )


class Rewrite(Seen):
    """One part of the document, written anew as a whole."""

    part = serializers.ChoiceField(list(form.PARTS))
    value = serializers.JSONField(help_text="What the part holds, as in `content`.")


class Say(serializers.Serializer):
    text = _text()
    clause = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        help_text="What it is about: `sections/3.1`, `ladders`; empty: the whole.",
    )


class Resolve(serializers.Serializer):
    is_adopted = serializers.BooleanField()
    answer = _text(required=False, allow_blank=True, help_text="Demanded when not adopted.")


class PlanSign(Seen):
    remark = serializers.CharField(max_length=400, required=False, allow_blank=True)


class PlanPublish(Seen):
    effective_at = MomentField(
        required=False, allow_null=True, help_text="A day to come; without it at once."
    )


class PlanRollBack(serializers.Serializer):
    reason = _text()
    in_force = serializers.IntegerField(
        min_value=1,
        max_value=INTEGER,
        required=False,
        allow_null=True,
        help_text="The version in force that you saw; another one now is a 409.",
    )


class CoverageWaive(PlanReason):
    gaps = serializers.IntegerField(
        min_value=0, max_value=INTEGER, help_text="How many you saw; more of them are a 409."
    )


class PlanRead(serializers.Serializer):
    """A verb that asks nothing."""


class CoverageAsked(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=90, default=30)
