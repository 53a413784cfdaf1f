"""The API's door to the figures: the numbers of the page, for other programs. Nothing writes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journal.api import RowField
from plans.models import FaultType
from reviews.action_api import DayField
from reviews.figures.asking import AS_A_RULE, Asked, today_and_before
from reviews.figures.counting import Group
from reviews.figures.whole import figures
from reviews.models import Step
from teams.models import Department


class FiguresAsked(serializers.Serializer):
    """Which incidents: all of them reported from `first` to `last`, unless narrowed."""

    first = DayField(required=False, help_text=f"{AS_A_RULE} days ago if not given.")
    last = DayField(required=False, help_text="Today if not given.")
    grade = serializers.IntegerField(required=False, min_value=1, max_value=4)
    fault_type = serializers.ChoiceField(FaultType.choices, required=False)
    department = RowField(Department.objects.all(), required=False)
    in_office_hours = serializers.BooleanField(required=False, allow_null=True, default=None)
    step = serializers.ChoiceField(
        Step.choices, required=False, help_text="What is broken down; `confirm` if not given."
    )

    def asked(self) -> Asked:
        said = self.validated_data
        first, last = today_and_before()
        return Asked(
            said.get("first", first),
            said.get("last", last),
            level=said.get("grade"),
            fault_type=said.get("fault_type", ""),
            department=said["department"].pk if "department" in said else None,
            in_office_hours=said["in_office_hours"],
            step=said.get("step", str(Step.CONFIRM)),
        )


class MeasuredShape(serializers.Serializer):
    """One step over some incidents: times in whole seconds from the report."""

    step = serializers.ChoiceField(Step.choices)
    done = serializers.IntegerField()
    median = serializers.IntegerField(allow_null=True)
    p80 = serializers.IntegerField(allow_null=True)
    p95 = serializers.IntegerField(allow_null=True)
    judged = serializers.IntegerField(help_text="Had a target, and were done or out of time.")
    kept = serializers.IntegerField(help_text="Of these, within the target.")


class CountedShape(serializers.Serializer):
    key = serializers.CharField(
        allow_null=True, help_text="Level, fault type, month, department's key, or true and false."
    )
    count = serializers.IntegerField()
    measured = MeasuredShape()


class HourShape(serializers.Serializer):
    weekday = serializers.IntegerField(help_text="ISO: 1 is Monday.")
    hour = serializers.IntegerField(help_text="By the hospital's clock.")
    count = serializers.IntegerField()


class RepeatShape(serializers.Serializer):
    fault_type = serializers.ChoiceField(FaultType.choices)
    service = serializers.IntegerField()
    times = serializers.IntegerField()
    last = serializers.DateTimeField()


class OwedShape(serializers.Serializer):
    department = serializers.IntegerField()
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()
    done = serializers.IntegerField()
    done_late = serializers.IntegerField()


class PromiseShape(serializers.Serializer):
    """Expected recoveries that patients were promised first, against what came true."""

    fault_type = serializers.ChoiceField(FaultType.choices)
    count = serializers.IntegerField(help_text="Recovered after a promise.")
    true = serializers.IntegerField(help_text="Of these within the promised range.")
    sooner = serializers.IntegerField()
    later = serializers.IntegerField()
    promised = serializers.IntegerField(help_text="Median seconds: report to latest promised.")
    took = serializers.IntegerField(help_text="Median seconds: report to recovery.")
    late = serializers.IntegerField(help_text="Median seconds: latest promised to recovery.")


class FiguresShape(serializers.Serializer):
    """All figures of the chosen incidents; the breakdowns are of the asked step."""

    count = serializers.IntegerField()
    counted_at = serializers.DateTimeField()
    steps = MeasuredShape(many=True)
    by_grade = CountedShape(many=True)
    by_fault_type = CountedShape(many=True)
    by_month = CountedShape(many=True)
    by_office_hours = CountedShape(many=True)
    by_department = CountedShape(many=True)
    hours = HourShape(many=True)
    repeats = RepeatShape(many=True)
    actions = OwedShape(many=True)
    promises = PromiseShape(many=True)


class FiguresOf(APIView):
    """指标: response times, shares within target, repeats and what is owed."""

    @extend_schema(parameters=[FiguresAsked], responses=FiguresShape)
    def get(self, request: Request) -> Response:
        said = FiguresAsked(data=request.query_params)
        said.is_valid(raise_exception=True)
        asked = said.asked()
        found = figures(asked)

        def groups(of: list[Group]) -> list[dict[str, Any]]:
            return [
                {
                    "key": None if group.key in (None, "") else str(group.key).lower(),
                    "count": group.count,
                    "measured": group.measured[asked.step],
                }
                for group in of
            ]

        whole = {
            "count": found.whole.count,
            "counted_at": found.counted_at,
            "steps": list(found.whole.measured.values()),
            "by_grade": groups(found.by["level"]),
            "by_fault_type": groups(found.by["fault_type"]),
            "by_month": groups(found.by["month"]),
            "by_office_hours": groups(found.by["hours"]),
            "by_department": groups(found.departments),
            "hours": [
                {"weekday": weekday, "hour": hour, "count": count}
                for (weekday, hour), count in sorted(found.heat.items())
            ],
            "repeats": found.repeats,
            "actions": found.actions,
            "promises": found.promises,
        }
        return Response(FiguresShape(whole).data)
