"""Which groups the plan in force still needs: one that a rung calls cannot be dissolved."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from plans.models import PlanVersion, Rung
from teams.models import ResponseGroup
from teams.standing import needs_group


@needs_group
def rungs_call_it(group: ResponseGroup) -> Iterator[str]:
    """The plan in force calls the group at some rung."""
    if Rung.objects.filter(group=group, plan__status=PlanVersion.Status.PUBLISHED).exists():
        yield _("现行预案的升级链还要叫这个小组，请先修订预案。")
