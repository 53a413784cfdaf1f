"""The API's door to the plan: what is in force, to read."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from plans.models import ChecklistItem, Grade, PlanVersion, Section


class SectionShape(serializers.ModelSerializer[Section]):
    class Meta:
        model = Section
        fields = ["position", "number", "title", "body"]


class GradeShape(serializers.ModelSerializer[Grade]):
    """A grade with its targets, in minutes from the report; null runs no clock."""

    numeral = serializers.CharField()

    class Meta:
        model = Grade
        fields = [
            "level",
            "numeral",
            "meaning",
            "acknowledge_minutes",
            "confirm_minutes",
            "command_minutes",
            "order_read_back_minutes",
            "first_notice_minutes",
            "next_notice_minutes",
            "restore_minutes",
            "no_progress_minutes",
            "repeat_minutes",
            "go_manual_minutes",
            "receipt_minutes",
            "ratify_minutes",
            "approval",
        ]


class ChecklistItemShape(serializers.ModelSerializer[ChecklistItem]):
    fault_type = serializers.CharField(help_text="Empty: for every fault type.")

    class Meta:
        model = ChecklistItem
        fields = [
            *("phase", "fault_type", "position", "text", "hint"),
            *("decider", "needs", "unit", "minutes", "is_branch"),
        ]


class PlanShape(serializers.ModelSerializer[PlanVersion]):
    sections = SectionShape(many=True)
    grades = GradeShape(many=True)
    checklist_items = ChecklistItemShape(many=True)

    class Meta:
        model = PlanVersion
        fields = [
            "number",
            "title",
            "is_example",
            "published_at",
            "provisional_level",
            "sections",
            "grades",
            "checklist_items",
        ]


class CurrentPlan(APIView):
    """The plan version in force."""

    @extend_schema(operation_id="plans_current", responses=PlanShape)
    def get(self, request: Request) -> Response:
        """The plan version in force, with its text, grades, targets and checklists."""
        return Response(PlanShape(PlanVersion.objects.in_force()).data)
