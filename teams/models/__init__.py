"""Departments, services, people with their roles and contact points, the response groups."""

from teams.models.contact import ContactPoint
from teams.models.group import Membership, ResponseGroup
from teams.models.organisation import Department, Service
from teams.models.person import Person, Role

__all__ = [
    "ContactPoint",
    "Department",
    "Membership",
    "Person",
    "ResponseGroup",
    "Role",
    "Service",
]
