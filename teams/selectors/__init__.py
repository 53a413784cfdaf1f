"""Who is on duty, and what else several screens ask of people and duty."""

from teams.selectors.duty import duties_between, next_on_duty, on_duty

__all__ = ["duties_between", "next_on_duty", "on_duty"]
