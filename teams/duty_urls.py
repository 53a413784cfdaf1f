"""Addresses of rosters, requests and holidays; part of `teams.urls`."""

from django.urls import path

from teams.views import duty_requests, holidays, replacing, roster_rules, rosters, standing_in

urlpatterns = [
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/new/", roster_rules.new_roster, name="new_roster"),
    path("rosters/<int:pk>/", rosters.roster, name="roster"),
    path("rosters/<int:pk>/rules/", roster_rules.roster_rules, name="roster_rules"),
    path("rosters/<int:pk>/undo/", roster_rules.undo, name="undo_roster"),
    path("rosters/<int:pk>/shifts/new/", roster_rules.new_layer, name="new_layer"),
    path("rosters/<int:pk>/shifts/<int:number>/", roster_rules.layer, name="layer"),
    path(
        "rosters/<int:pk>/shifts/<int:number>/remove/",
        roster_rules.remove_layer,
        name="remove_layer",
    ),
    path("rosters/<int:pk>/replacement/", replacing.replace, name="replace_people"),
    path("replacements/<int:pk>/end/", replacing.end_replacement, name="end_replacement"),
    path("rosters/<int:pk>/stand-in/", standing_in.ask_stand_in, name="ask_stand_in"),
    path("rosters/<int:pk>/swap/", standing_in.ask_swap, name="ask_swap"),
    path("duty/holidays/", holidays.holidays, name="holidays"),
    path("duty/holidays/day/", holidays.holiday, name="holiday"),
    path("duty/holidays/fill/", holidays.fill, name="fill_holidays"),
    path("duty/leave/", duty_requests.ask_leave, name="ask_leave"),
    path("duty/leave/<int:pk>/", duty_requests.leave, name="leave"),
    path("duty/leave/<int:pk>/<slug:verb>/", duty_requests.leave_verb, name="leave_verb"),
    path("duty/stand-ins/<int:pk>/", duty_requests.stand_in, name="stand_in"),
    path("duty/stand-ins/<int:pk>/<slug:verb>/", duty_requests.stand_in_verb, name="stand_in_verb"),
]
