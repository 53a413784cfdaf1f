"""The written report as plain content: composed from the facts, frozen when it is submitted.

The content is one JSON value with words in it, so that a report reads the same in ten years,
whatever happens to the rows, the templates or the names of departments. It is always Chinese: it
is an official document (domain, section 4), not a page. `reviews.paper` lays it out.
"""

import datetime
import hashlib
from typing import Any

from django.conf import settings
from django.utils import translation

from journal.chain import canonical, plain
from journal.models import Entry
from reviews.measures import measure
from reviews.models import Review
from reviews.report import calling, events, handling, learning, resources
from teams.models import Person

# 1: without course as a figure, calls, paper, supplies and files.
FORM = 2


def compose(
    review: Review,
    *,
    number: str = "",
    by: Person | None = None,
    at: datetime.datetime | None = None,
) -> dict[str, Any]:
    """The report's content as it stands now, plain (no floats, times in UTC, ISO 8601).

    `number`, `by` and `at` belong to the submission and are empty in a draft. The number of queries
    is fixed.
    """
    with translation.override("zh-hans"):
        incident = review.incident
        entries = list(Entry.objects.of(incident.stream))
        clocks = list(incident.deadlines.order_by("epoch", "pk"))
        content = {
            "form": FORM,
            "zone": settings.TIME_ZONE,
            # Rehearsed, never a fault: everything that it makes says so first (domain, section 4).
            "is_drill": incident.is_drill,
            "hospital": settings.HOSPITAL_NAME,
            "number": number,
            "title": incident.marked(_title(incident.title)),
            "addressee": "应急处理领导小组",
            "incident": events.facts(incident),
            "gradings": events.gradings(incident),
            "impact": events.impact(incident),
            "course": events.course(entries),
            "lanes": events.lanes(incident, entries, clocks),
            "measures": [events.measure_row(found) for found in measure(incident)],
            "orders": handling.orders(incident),
            "notices": handling.notices(incident, entries, clocks),
            "proof": handling.proof(incident, entries),
            "calls": calling.calls(incident),
            "manual": resources.manual(incident),
            "forms": resources.forms(incident),
            "supplies": resources.supplies(incident),
            "exposed": resources.exposed(incident),
            "custody": resources.custody(incident),
            "law": resources.law(incident, entries),
            "files": resources.files(incident),
            "meeting": learning.meeting(review),
            "findings": learning.findings(review),
            "whys": learning.whys(review),
            "evaluations": learning.evaluations(review),
            "actions": learning.actions(review),
            "no_action_reason": review.no_action_reason,
            "submitted_by": by.journal_actor[1] if by else "",
            "submitted_at": at,
        }
        return plain(content)


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 over the canonical UTF-8 form of the content; 64 hex digits."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _title(title: str) -> str:
    """What mostly ends in «故障» does not say it twice."""
    return f"关于“{title}”{'' if title.endswith('故障') else '故障'}应急处理的评估报告"
