"""Sign-in, sign-out and one's own password. Nobody signs up and no mail is needed to get in.

allauth's other pages (sign-up, e-mail addresses, reset by mail) stay without an address: accounts
are made, and forgotten passwords set anew, by the administrator.
"""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/", views.password_change, name="account_change_password"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
]
