"""The demo hospital is trained: courses, who had them and who lacks them, a session this hour."""

import datetime
from pathlib import Path

import yaml
from django.utils import timezone

from drills.training import workflow
from drills.training.models import Course
from teams.models import Department, Person, ResponseGroup

_TRAINING = Path(__file__).with_name("demo.yaml")
_HOUR = datetime.timedelta(hours=1)


def train() -> None:
    """In the transaction that seeds the hospital; all through the verbs."""
    told = yaml.safe_load(_TRAINING.read_text(encoding="utf-8"))
    people = {person.username: person for person in Person.objects.all()}
    departments = {each.name: each for each in Department.objects.all()}
    groups = {each.kind: each for each in ResponseGroup.objects.all()}
    admin = people["guanli"]
    courses: dict[str, Course] = {}
    for name, facts in told["courses"].items():
        courses[name] = workflow.add_course(
            by=None,
            name=name,
            keeper=people[facts.pop("keeper")],
            departments=[departments[each] for each in facts.pop("departments", [])],
            groups=[groups[each] for each in facts.pop("groups", [])],
            **facts,
        )
    for name, questions in told["questions"].items():
        for text, (options, right, explanation) in questions.items():
            workflow.write_question(
                courses[name].pk,
                by=None,
                text=text,
                options=options,
                right=right,
                explanation=explanation,
            )
        workflow.change_course(courses[name].pk, by=None, needs_quiz=True)
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for name, days, trainer, present in told["held"]:
        begins = now - datetime.timedelta(days=days)
        workflow.enter_past(
            by=admin,
            course=courses[name],
            starts_at=begins,
            ends_at=begins + 2 * _HOUR,
            place="示教室",
            trainer=people[trainer],
            people=[people[each] for each in present],
            reason="纸质签到表",
        )
    for name, hours, place, trainer, invited, coming in told["planned"]:
        row = workflow.plan_session(
            by=admin,
            course=courses[name],
            starts_at=now + hours * _HOUR,
            ends_at=now + (hours + 2) * _HOUR,
            place=place,
            trainer=people[trainer],
        )
        workflow.invite(row.pk, by=admin, people=[people[each] for each in invited])
        for username in coming:
            workflow.answer_invitation(row.pk, by=people[username], coming=True)
