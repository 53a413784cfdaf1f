from django.urls import path

from reviews.figures.views import figures_page
from reviews.views import actions, files, reviewing

app_name = "reviews"
urlpatterns = [
    path("figures/", figures_page, name="figures"),
    path("reviews/", reviewing.board, name="list"),
    path("reviews/awaiting/", reviewing.awaiting, name="awaiting"),
    path("actions/", actions.action_list, name="actions"),
    path("actions/<int:pk>/", actions.action, name="action"),
    path("actions/<int:pk>/files/<int:file>/", actions.action_file, name="action_file"),
    path("actions/<int:pk>/<slug:verb>/", actions.action_verb, name="action_verb"),
    path("incidents/<int:incident_pk>/review/", reviewing.detail, name="detail"),
    path("incidents/<int:incident_pk>/review/panel/", reviewing.panel, name="panel"),
    path(
        "incidents/<int:incident_pk>/review/meeting.ics",
        reviewing.meeting_calendar,
        name="meeting_calendar",
    ),
    path("incidents/<int:incident_pk>/review/<slug:verb>/", reviewing.verb, name="verb"),
    path("incidents/<int:incident_pk>/report/", reviewing.report, name="report"),
    path(
        "incidents/<int:incident_pk>/report/report.<slug:kind>",
        files.report_file,
        name="report_file",
    ),
    path(
        "incidents/<int:incident_pk>/report/<int:ordinal>/report.<slug:kind>",
        files.submitted_file,
        name="submitted_file",
    ),
]
