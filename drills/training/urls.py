from django.urls import path

from drills.training.views import courses, inviting, people, sessions, signing

app_name = "training"
urlpatterns = [
    path("", people.mine, name="mine"),
    path("people/<int:pk>/", people.person, name="person"),
    path("courses/", courses.courses, name="courses"),
    path("courses/new/", courses.add, name="new_course"),
    path("courses/<int:pk>/", courses.course, name="course"),
    path("courses/<int:pk>/change/", courses.change, name="change_course"),
    path("courses/<int:pk>/switch/", courses.switch, name="switch_course"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.plan, name="plan_session"),
    path("sessions/<int:pk>/", sessions.session, name="session"),
    path("sessions/<int:pk>/move/", sessions.move, name="move_session"),
    path("sessions/<int:pk>/invite/", inviting.invite, name="invite"),
    path("sessions/<int:pk>/answer/", sessions.answer, name="answer"),
    path("sessions/<int:pk>/calendar.ics", sessions.calendar, name="calendar"),
    path("sessions/<int:pk>/code/", signing.wall, name="wall"),
    path("sessions/<int:pk>/sign-in/", signing.sign_in, name="sign_in"),
    path("in/<int:pk>/<slug:code>/", signing.arrive, name="arrive"),
    path("sessions/<int:pk>/<slug:verb>/", sessions.verb, name="session_verb"),
]
