from django.urls import path

from ops.kits import views

app_name = "kits"
urlpatterns = [
    path("", views.kits, name="list"),
    path("progress/", views.progress, name="progress"),
    path("make/", views.make_all, name="make_all"),
    path("all.zip", views.everything, name="zip"),
    path("<int:pk>/", views.kit, name="kit"),
    path("<int:pk>/make/", views.make, name="make"),
    path("<int:pk>/put-away/", views.put_away, name="put_away"),
    path("<int:pk>/<int:number>.pdf", views.pdf, name="pdf"),
]
