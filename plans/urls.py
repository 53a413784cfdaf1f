from django.urls import path

from plans import views

app_name = "plans"
urlpatterns = [
    path("plan/", views.current, name="current"),
]
