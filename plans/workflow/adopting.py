"""How a hospital begins: a whole version is put in force at once, without the road of a change."""

from django.db import transaction

from journal.recording import now
from plans import yaml_form
from plans.fitting import example_text
from plans.models import PlanVersion
from plans.names import Directory
from plans.workflow.gate import begin, give_way, move


@transaction.atomic
def adopt(text: str, *, is_example: bool = False) -> PlanVersion:
    """Put the version that a YAML text tells in force; the one before it is replaced.

    For setting up, from the command line: nobody is asked and nobody signs. Raises
    `plans.form.Unfit` where the text is no plan of this hospital.
    """
    names = Directory()
    value = yaml_form.load(text, names)
    at = now()
    plan = begin(value, names, by=None, at=at, is_example=is_example)
    give_way(at, to=plan)
    return move(plan, "adopt", by=None, at=at, told={"is_example": is_example})


def publish_example() -> PlanVersion:
    """Put the shipped example plan in force, fitted to what this hospital has."""
    text, _told = example_text(Directory())
    return adopt(text, is_example=True)
