"""What every page of training asks of who looks."""

from typing import Any

from django import template

from drills.training import authority

register = template.Library()


@register.filter
def sees_coverage(person: Any) -> bool:
    """May this person see who is not covered?"""
    return authority.sees_coverage(person)
