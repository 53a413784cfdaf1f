"""`{{ person|words:"roles" }}`: what a field of a row says to a person."""

from django import template
from django.db import models

from teams.wording import in_words

register = template.Library()


@register.filter
def words(row: models.Model, name: str) -> str:
    """The field's value in words; see teams.wording."""
    return in_words(row, name)
