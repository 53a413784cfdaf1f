"""Who is on duty, and what else several screens ask of people and duty."""

from teams.selectors.duty import duties_between, next_on_duty, on_duty
from teams.selectors.first import FirstOnDuty

__all__ = ["FirstOnDuty", "duties_between", "next_on_duty", "on_duty"]
