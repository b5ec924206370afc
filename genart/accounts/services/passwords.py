"""A new password: by a link in a mail, or by somebody who knows the old one.

Asking for a link is answered alike and as fast whether the address is known or not: an actor looks
and writes. A link ends after an hour, when it is used, and with the next sign-in.
"""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext, override

from genart.accounts.models import SignInTry, User
from genart.accounts.services.notices import tell
from genart.accounts.services.sessions import end_every_session
from genart.accounts.services.tries import begin_try, refusal
from genart.lib.audit import note
from genart.lib.errors import GenartError
from genart.lib.languages import ENGLISH, language_now
from genart.lib.mail_page import write_mail
from genart.lib.queue import send_on_commit

MOST_ACCOUNTS = 5
"""Of one address, in one mail."""


class LinkEnded(GenartError):
    """The mailed link is too old, was used, or was cut off: answered 410."""

    code = "link_ended"
    status = 410


def ask_new_password(*, email: str, address: str) -> None:
    """Have a link sent to an address, if it belongs to an account.

    Asked too often for one address, it says the same and sends nothing, so that nobody is flooded.

    Raises:
        TooManyTries: asked too often from one network.
    """
    from genart.accounts.tasks import send_reset  # late: workers import the verbs

    place = begin_try(kind=SignInTry.Kind.RESET, address=address)
    if place.outcome == SignInTry.Outcome.REFUSED:
        raise refusal(place)
    asked = begin_try(kind=SignInTry.Kind.RESET, name=email)
    if asked.outcome != SignInTry.Outcome.REFUSED:
        send_on_commit(send_reset, email.strip(), language_now())


def send_reset_mail(*, email: str, language: str = ENGLISH) -> None:
    """Mail links to the accounts of an address in a language; nothing where there are none."""
    with override(language):
        _send_reset_mail(email)


def _send_reset_mail(email: str) -> None:
    users = User.objects.filter(email__iexact=email, is_active=True).order_by("pk")[:MOST_ACCOUNTS]
    links = [
        {"user": user, "url": f"{settings.SITE_URL}{link_path(user)}"}
        for user in users
        if user.has_usable_password()
    ]
    if links:
        context = {"links": links, "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
        subject = gettext("A new password for %(site_name)s") % {"site_name": settings.SITE_NAME}
        write_mail("accounts/mail/reset", to=email, subject=subject, context=context).send()


def link_path(user: User) -> str:
    """Return the path of a link by which a person may choose a new password."""
    key = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:reset", args=[key, default_token_generator.make_token(user)])


def person_of_link(*, key: str, token: str) -> User:
    """Return whose link this is.

    Raises:
        LinkEnded: it no longer holds.
    """
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(key)), is_active=True).first()
    except (ValueError, OverflowError):
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        raise LinkEnded("This link has ended. Ask for a new one; that takes a minute.")
    return user


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Give a person a new password and end all his sessions.

    The second factor stays: who got hold of a mail box does not have that.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    end_every_session(user=user)
    note(verb="password.changed", subject=user, actor=user)
    tell(user=user, notice="password_changed")
