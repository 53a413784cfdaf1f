"""What was added on the spot again and again: the plan lacks it (plan, row P18)."""

from dataclasses import dataclass

from django.db.models import Count

from incidents.models import Check
from plans import content, editing, form, wording
from plans.models import PlanVersion

# In so many incidents of one kind it is no accident any more.
OFTEN = 2
_MOST = 50


@dataclass(frozen=True)
class Often:
    """An item, under which list of the plan it belongs, and in how many incidents it was added."""

    key: str
    text: str
    times: int

    @property
    def about(self) -> str:
        return str(wording.key_title("checklists", self.key))


def often_added(plan: PlanVersion) -> list[Often]:
    """What was added often and the version does not have, the most often first."""
    value = content.read_part(plan, "checklists")
    known = {form.STEP.full(item)["text"] for items in value.values() for item in items}
    found = (
        Check.objects.filter(item__isnull=True, incident__is_drill=False)
        .exclude(added_text__in=known)
        .values_list("added_text", "incident__fault_type")
        .annotate(times=Count("incident", distinct=True))
        .filter(times__gte=OFTEN)
        .order_by("-times", "added_text")[:_MOST]
    )
    return [Often(kind or form.ANY, text, times) for text, kind, times in found]


def with_item(plan: PlanVersion, key: str, text: str) -> dict[str, list[object]]:
    """The version's checklists with the item at the end of its list, as `rewrite` takes them."""
    value = content.read_part(plan, "checklists")
    put: dict[str, list[object]] = editing.put(value, "checklists", [text, ""], key=key)
    return put
