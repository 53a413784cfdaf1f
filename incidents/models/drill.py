"""An incident that is a drill: what marks it, and the clock of its own (plan, row P21).

Both are said at the intake and stay: the database refuses another word later (migration 0017).
"""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.marks import DRILL, marked

# So many times faster than the hospital's clock; two hours are rehearsed in ten minutes at 12.
FASTEST = 24


class Drilled(models.Model):
    """What a row of an incident says of being a drill."""

    is_drill = models.BooleanField(_("演练"), default=False)
    drill_speed = models.PositiveSmallIntegerField(_("演练倍速"), default=1)

    class Meta:
        abstract = True

    def marked(self, text: str) -> str:
        """What this incident says, with 【演练】 first where it is a drill."""
        return marked(text, self.is_drill)

    def paced(self, length: timedelta) -> timedelta:
        """How long a time of the plan lasts by the hospital's clock: a drill's is so much faster.

        Every clock of an incident is armed with a length that went through here.
        """
        return length / self.drill_speed

    def rehearsed(self, length: timedelta) -> timedelta:
        """The time that a measured length stands for on the drill's own clock: `paced` undone."""
        return length * self.drill_speed


CONSTRAINTS = [
    models.CheckConstraint(
        condition=models.Q(drill_speed=1)
        | models.Q(is_drill=True, drill_speed__gte=1, drill_speed__lte=FASTEST),
        name="incident_only_a_drill_is_faster",
    ),
    models.CheckConstraint(
        condition=models.Q(is_drill=False) | models.Q(title__startswith=DRILL),
        name="incident_drill_says_so_first",
    ),
]
