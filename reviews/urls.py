from django.urls import path

from reviews import views
from reviews.figures.views import figures_page

app_name = "reviews"
urlpatterns = [
    path("figures/", figures_page, name="figures"),
    path("reviews/", views.board, name="list"),
    path("reviews/awaiting/", views.awaiting, name="awaiting"),
    path("reviews/actions/<int:pk>/finish/", views.finish_action, name="finish_action"),
    path("incidents/<int:incident_pk>/review/", views.detail, name="detail"),
    path("incidents/<int:incident_pk>/review/panel/", views.panel, name="panel"),
    path("incidents/<int:incident_pk>/review/<slug:verb>/", views.verb, name="verb"),
    path("incidents/<int:incident_pk>/report/", views.report, name="report"),
]
