from django.urls import path

from notices.views import alerts, answers, channels, ladders, public, reach, testing, writing
from notices.views import notices as staff

app_name = "notices"
urlpatterns = [
    path("status/", public.status, name="public"),
    path("status.json", public.status_json, name="public_json"),
    path("notices/", staff.work, name="list"),
    path("notices/bell/", alerts.bell, name="bell"),
    path("notices/<int:pk>/edit/", writing.edit, name="edit"),
    path("notices/<int:pk>/update/", writing.update, name="update"),
    path("notices/<int:pk>/<slug:verb>/", staff.verb, name="verb"),
    path("incidents/<int:incident_pk>/notices/", staff.of_incident, name="incident"),
    path("incidents/<int:incident_pk>/notices/panel/", staff.panel, name="panel"),
    path("incidents/<int:incident_pk>/notices/new/", writing.draft, name="draft"),
    path("incidents/<int:incident_pk>/notices/preview/", writing.preview, name="preview"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", channels.new, name="new_channel"),
    path("channels/new/<slug:kind>/", channels.add, name="add_channel"),
    path("channels/<int:pk>/", channels.change, name="change_channel"),
    path("channels/<int:pk>/on/", channels.switch, {"to": "on"}, name="switch_channel_on"),
    path("channels/<int:pk>/off/", channels.switch, {"to": "off"}, name="switch_channel_off"),
    path("a/<str:token>/", answers.answer, name="answer"),
    path("incidents/<int:incident_pk>/reach/", reach.panel, name="reach"),
    path("incidents/<int:incident_pk>/ladder/", ladders.panel, name="ladder"),
    path("incidents/<int:incident_pk>/ladder/<slug:verb>/", ladders.verb, name="ladder_verb"),
    path("alerts/unreached/", reach.unreached, name="unreached"),
    path("alerts/<int:pk>/phoned/", reach.phoned, name="phoned"),
    path("alerts/<int:pk>/acknowledge/", reach.acknowledge, name="acknowledge"),
    path("alerts/", alerts.inbox, name="inbox"),
    path("alerts/seen/", alerts.see_all, name="see_all"),
    path("alerts/<int:pk>/open/", alerts.open_alert, name="open_alert"),
    path("contacts/<int:pk>/test/", testing.test_contact, name="test_contact"),
]
