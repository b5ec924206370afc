"""Addresses of sign-in, sign-up, the account, and what proves a person."""

from django.urls import path

from genart.accounts.views import account, entering, passkeys, passwords, proving, security

app_name = "accounts"
urlpatterns = [
    path("", account.account, name="account"),
    path("login/", entering.SignIn.as_view(), name="login"),
    path("login/factor/", proving.second_factor, name="second_factor"),
    path("logout/", entering.SignOut.as_view(), name="logout"),
    path("signup/", entering.sign_up, name="signup"),
    path("forgotten/", passwords.forgotten, name="forgotten"),
    path("forgotten/<str:key>/<str:token>/", passwords.reset, name="reset"),
    path("passkeys/ask/", passkeys.ask, name="passkey_ask"),
    path("passkeys/answer/", passkeys.answer, name="passkey_answer"),
    path("security/", security.security, name="security"),
    path("security/confirm/", proving.confirm, name="confirm"),
    path("security/password/", passwords.change, name="password"),
    path("security/authenticator/", security.authenticator, name="authenticator"),
    path(
        "security/authenticator/remove/",
        security.remove_authenticator,
        name="authenticator_remove",
    ),
    path("security/codes/", security.make_codes, name="recovery_codes"),
    path("security/passkeys/new/", passkeys.new, name="passkey_new"),
    path("security/passkeys/add/", passkeys.add, name="passkey_add"),
    path("security/passkeys/<int:pk>/remove/", passkeys.remove, name="passkey_remove"),
    path("security/sessions/end/", security.end_sessions, name="sessions_end"),
    path("security/sessions/<int:pk>/end/", security.end_session, name="session_end"),
]
