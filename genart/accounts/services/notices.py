"""Tells a person by mail what changed about his account, in case it was not he."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from genart.accounts.models import User
from genart.lib.languages import ENGLISH, language_now
from genart.lib.mail_page import write_mail
from genart.lib.queue import send_on_commit

NOTICES = {
    "new_device": _("Somebody signed in to your account in a browser that we had not seen before."),
    "password_changed": _("Your password was changed."),
    "email_changed": _("The e-mail address of your account was changed."),
    "passkey_added": _("A passkey was added to your account."),
    "passkey_removed": _("A passkey was removed from your account."),
    "authenticator_added": _("An authenticator app was added to your account."),
    "authenticator_removed": _("The authenticator app was removed from your account."),
    "recovery_codes_made": _("New recovery codes were made. The old ones no longer work."),
    "recovery_code_used": _("A recovery code was used to sign in. It does not work a second time."),
    "data_ready": _("A copy of your data is ready. It lies on the page of your data for a week."),
    "erasure_asked": _(
        "Your account will be erased. If it was not you who asked, sign in, keep the account on "
        "the page of your data, and change your password."
    ),
    "factors_reset": _("The second factors of your account were removed by an administrator."),
}
"""What there is to tell → the sentence that tells it."""


def tell(*, user: User, notice: str, detail: str = "", email: str = "") -> None:
    """Have a notice sent, to the person's address or to `email` (the one before a change)."""
    from genart.accounts.tasks import send_notice  # late: workers import the verbs

    if email or user.email:
        send_on_commit(send_notice, user.pk, notice, detail[:200], email, language_now())


def send_notice_mail(
    *, user_id: int, notice: str, detail: str, email: str, language: str = ENGLISH
) -> None:
    """Write and send a notice in a language; nothing where its person is gone."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not (email or user.email):
        return
    with override(language):
        write_mail(
            "accounts/mail/notice",
            to=email or user.email,
            subject=gettext("Your account at %(site_name)s") % {"site_name": settings.SITE_NAME},
            context={
                "user": user,
                "sentence": NOTICES[notice],
                "detail": detail,
                "url": f"{settings.SITE_URL}{reverse('accounts:security')}",
            },
        ).send()
