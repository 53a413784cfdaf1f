"""Making programmes and drills for tests, through the product's own verbs."""

from typing import Any

from django.utils import timezone

from drills import workflow
from drills.models import PlannedDrill
from tests import make


def planned(**facts: Any) -> PlannedDrill:
    """A drill of this year's programme."""
    make.hospital()
    facts = {
        "by": make.person("leader"),
        "year": timezone.localdate().year,
        "month": timezone.localdate().month,
        "name": "门诊收费中断演练",
        "type": "functional",
        "responsible": make.person("fault_head"),
        "departments": [make.department("门诊收费处")],
    } | facts
    return workflow.plan_drill(**facts)
