"""Addresses of rosters, requests and holidays; part of `teams.urls`."""

from django.urls import path

from teams.views import rosters

urlpatterns = [
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/<int:pk>/", rosters.roster, name="roster"),
]
