"""What the API shows of versions of the plan."""

import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journal.api import Fixed
from plans import content, coverage_words, difference, form, wording
from plans.evidence import Proof
from plans.models import Comment, PlanVersion, Signature
from plans.views import doors
from teams.models import Person


def _plain(schema: Any) -> Any:
    """The schema without `prefixItems`, which not every tool for OpenAPI takes: pairs of texts."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _plain(value) for name, value in schema.items() if name != "prefixItems"}
    if "prefixItems" in schema:
        told["items"] = {"type": ["string", "null"]}
    return told


# A whole version, as `content` and as the YAML file give it.
DOCUMENT: dict[str, Any] = _plain(form.VERSION.schema())


class PersonNamed(Fixed):
    """Somebody by key and name."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class PlanVersionRow(Fixed):
    """A version in short: what a list shows, and what every verb answers with.

    `number` names it everywhere. `version` counts its own changes and goes back with the next verb.
    """

    number = serializers.IntegerField()
    title = serializers.CharField()
    status = serializers.ChoiceField(PlanVersion.Status.choices)
    status_label = serializers.CharField(source="get_status_display")
    version = serializers.IntegerField()
    round = serializers.IntegerField(help_text="How often it was submitted.")
    is_example = serializers.BooleanField()
    based_on = serializers.IntegerField(source="based_on.number", default=None, allow_null=True)
    reason = serializers.CharField(help_text="What is new in it and why.")
    signatures_needed = serializers.IntegerField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True)
    effective_at = serializers.DateTimeField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    replaced_at = serializers.DateTimeField(allow_null=True)


class PlanCommentShape(serializers.ModelSerializer[Comment]):
    """What somebody thinks of a clause, and what became of it."""

    by = PersonNamed()
    resolved_by = PersonNamed(allow_null=True)

    class Meta:
        model = Comment
        fields = [
            *("id", "round", "clause", "about", "text", "by", "at", "answer", "is_adopted"),
            *("resolved_by", "resolved_at"),
        ]


class PlanSignatureShape(serializers.ModelSerializer[Signature]):
    """Agreement of the leading group with exactly the content that has this SHA-256."""

    person = PersonNamed()
    part = serializers.CharField()

    class Meta:
        model = Signature
        fields = ["round", "person", "part", "part_reason", "hash", "remark", "at"]


class PlanVersionShape(PlanVersionRow):
    """A version as one whole document, with its comments and signatures."""

    looks_at_request = True

    content = serializers.SerializerMethodField(
        help_text="Everything it says, as in its YAML file (docs/plan.md)."
    )
    comments = PlanCommentShape(many=True)
    signatures = PlanSignatureShape(many=True)
    verbs = serializers.SerializerMethodField(help_text="What the caller may do now.")

    @extend_schema_field(DOCUMENT)
    def get_content(self, plan: PlanVersion) -> dict[str, Any]:
        return content.read(plan)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_verbs(self, plan: PlanVersion) -> list[str]:
        person = self.context["request"].user
        return [name for name in doors.DOORS if doors.is_open(name, plan, person)]


class FieldChanged(Fixed):
    """One field of an item before and after; of a new or a vanished item one of them is null."""

    field = serializers.CharField()
    name = serializers.SerializerMethodField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)

    def get_name(self, change: difference.Change) -> str:
        return wording.field_title(change.field)


class DifferenceShape(Fixed):
    """A clause or an item that is not the same in two versions."""

    part = serializers.CharField(help_text="The part of the document, a key of `content`.")
    part_name = serializers.SerializerMethodField()
    list_key = serializers.CharField(
        source="key", help_text="Which list of a part that has several: a grade, a fault type."
    )
    kind = serializers.ChoiceField(["added", "removed", "changed", "moved"])
    title = serializers.CharField()
    place_before = serializers.IntegerField(allow_null=True)
    place_after = serializers.IntegerField(allow_null=True)
    changes = FieldChanged(many=True)

    def get_part_name(self, found: difference.Difference) -> str:
        return wording.part_title(found.part)


class ReaderShape(serializers.ModelSerializer[Person]):
    """Somebody who is to confirm having read the version, and when they did."""

    department = serializers.IntegerField(source="department_id", allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = Person
        fields = ["id", "name", "duty", "department", "read_at"]


class GapShape(Fixed):
    """A time in which a rung of a ladder does not reach who it should."""

    level = serializers.IntegerField()
    rung = serializers.IntegerField(help_text="Its place in the ladder, from 1.")
    target = serializers.CharField()
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    named = serializers.IntegerField(help_text="People whom the rung names then.")
    reached = serializers.IntegerField(help_text="Of them those whom a proven channel reaches.")
    needed = serializers.IntegerField()
    only_on_network = serializers.BooleanField(
        help_text="Nobody is reached without the hospital's own network."
    )
    sentence = serializers.CharField()


class CoverageShape(Fixed):
    """Whether every rung reaches enough people at any moment; the counter-examples where not."""

    holds = serializers.BooleanField()
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    gaps = GapShape(many=True)


def covered(proof: Proof) -> dict[str, Any]:
    """A proof as `CoverageShape` takes it."""
    zone = proof.zone
    return {
        "holds": proof.holds,
        "begins": _moment(proof.start),
        "ends": _moment(proof.end),
        "gaps": [
            {
                "level": gap.demand.level,
                "rung": gap.demand.position,
                "target": gap.demand.target,
                "begins": _moment(gap.begins),
                "ends": _moment(gap.ends),
                "named": gap.named,
                "reached": gap.reached,
                "needed": gap.demand.needed,
                "only_on_network": gap.only_on_network,
                "sentence": coverage_words.sentence(gap, zone),
            }
            for gap in proof.gaps
        ],
    }


def _moment(second: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(second, datetime.UTC)
