from django.urls import path

from reviews.figures.views import figures_page
from reviews.views import reviewing

app_name = "reviews"
urlpatterns = [
    path("figures/", figures_page, name="figures"),
    path("reviews/", reviewing.board, name="list"),
    path("reviews/awaiting/", reviewing.awaiting, name="awaiting"),
    path("reviews/actions/<int:pk>/finish/", reviewing.finish_action, name="finish_action"),
    path("incidents/<int:incident_pk>/review/", reviewing.detail, name="detail"),
    path("incidents/<int:incident_pk>/review/panel/", reviewing.panel, name="panel"),
    path("incidents/<int:incident_pk>/review/<slug:verb>/", reviewing.verb, name="verb"),
    path("incidents/<int:incident_pk>/report/", reviewing.report, name="report"),
]
