"""Addresses of sign-in, sign-up and the account."""

from django.urls import path

from genart.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.SignOut.as_view(), name="logout"),
    path("signup/", views.sign_up, name="signup"),
]
