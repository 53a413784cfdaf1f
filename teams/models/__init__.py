"""Departments, business services, people with their roles, and the plan's response groups."""

from teams.models.group import Membership, ResponseGroup
from teams.models.organisation import Department, Service
from teams.models.person import Person, Role

__all__ = ["Department", "Membership", "Person", "ResponseGroup", "Role", "Service"]
