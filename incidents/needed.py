"""Which groups still have something to do: one with an open order cannot be dissolved."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from incidents.models import Order
from teams.models import ResponseGroup
from teams.standing import needs_group


@needs_group
def orders_are_open(group: ResponseGroup) -> Iterator[str]:
    """Orders that the group has neither finished nor refused."""
    found = Order.objects.open().filter(group=group).count()
    if found:
        yield _("这个小组还有 %(found)s 条指令没有办结，请先办结。") % {"found": found}
