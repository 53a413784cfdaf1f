"""Departments, services, people with their contact points, the response groups, and duty."""

from teams.models.absence import Leave, Replacement, ReplacementMember, StandIn
from teams.models.calendar import Day
from teams.models.contact import ContactPoint
from teams.models.duty import Duty, Layer, LayerMember, Roster, RosterEdit
from teams.models.group import Membership, ResponseGroup
from teams.models.handover import DutyFeed, Handover
from teams.models.importing import RosterImport
from teams.models.organisation import Department, Service
from teams.models.person import Person, Role

__all__ = [
    "ContactPoint",
    "Day",
    "Department",
    "Duty",
    "DutyFeed",
    "Handover",
    "Layer",
    "LayerMember",
    "Leave",
    "Membership",
    "Person",
    "Replacement",
    "ReplacementMember",
    "ResponseGroup",
    "Role",
    "Roster",
    "RosterEdit",
    "RosterImport",
    "Service",
    "StandIn",
]
