"""Verbs of wishes: "tell me when you have this". One notice each, then the address is deleted.

An account's wish waits at once. A guest's waits when he has opened the link that was mailed to him;
one that he never opens is deleted with its address after a week.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from redis.exceptions import RedisError

from catalog.demand.services.gaps import gap_for
from catalog.languages import texts_of
from catalog.mail_page import write_mail
from catalog.models import Artwork, DemandGap, SentMail, Wish
from catalog.saved_news import forget_news
from catalog.services.recovery import LinkEnded, TooOften
from genart.accounts.models import User
from genart.lib.errors import InvalidInput
from genart.lib.languages import language_now
from genart.lib.queue import send_on_commit

State = Wish.State
SALT = "catalog.wish"
LINK_DAYS = 7
ASKS_AN_HOUR = 20
"""From one network address, so that nobody floods others with mails they did not ask for."""
UNCONFIRMED = 5
"""So many links to one address may be open at once."""


@transaction.atomic
def make_wish(*, text: str, user: User | None = None, email: str = "", visitor: str = "") -> Wish:
    """Have somebody told when there is something for a search. Safe to repeat.

    Args:
        text: what was looked for.
        user: the account that asks.
        email: a guest's address; it is written to once, to confirm.
        visitor: the guest's network address, against floods.

    Raises:
        InvalidInput: the text says nothing or is objected to, or this is no address.
        TooOften: this visitor, or this address, asked very often.
    """
    gap = gap_for(text=text)
    shown = " ".join(text.split())[:200]
    if user is not None:
        fields = {
            "text": shown,
            "state": State.WAITING,
            "confirmed_at": timezone.now(),
            "language": language_now(),
        }
        wish, _made = Wish.objects.get_or_create(gap=gap, user=user, told_at=None, defaults=fields)
        return wish
    address = _address(email)
    _count(visitor)
    known = Wish.objects.filter(gap=gap, email=address).first()
    if known is not None:
        return known
    if Wish.objects.filter(email=address, state=State.ASKED).count() >= UNCONFIRMED:
        raise TooOften("Open the links we mailed you before you ask for more.")
    wish = Wish.objects.create(gap=gap, email=address, text=shown, language=language_now())
    from catalog.tasks_demand import ask_to_confirm  # late: workers import the verbs

    send_on_commit(ask_to_confirm, wish.pk)
    return wish


def _address(email: str) -> str:
    """Return an address as it is stored."""
    plain = email.strip().lower()
    odd = " " in plain or not plain.isprintable()
    if odd or "@" not in plain.strip("@") or len(plain) > 254:
        raise InvalidInput("Write your address, as in ada@example.com.", where="email")
    return plain


def _count(visitor: str) -> None:
    """Count what a network address asks for; where the cache is away nobody is refused."""
    key = f"wish:{signing.Signer(salt=SALT).signature(visitor)}"
    try:
        cache.add(key, 0, 3600)
        asked = cache.incr(key)
    except (ValueError, RedisError):  # it ended in between, or does not answer
        return
    if asked > ASKS_AN_HOUR:
        raise TooOften("That was often. Wait an hour, then ask again.")


def send_confirmation(*, wish_id: int) -> bool:
    """Mail a guest the link that makes his wish count, once; return whether it was sent now."""
    with transaction.atomic():
        wish = _locked(wish_id, State.ASKED)
        key = f"wish-asked:{wish_id}"
        if wish is None or not wish.email or SentMail.objects.filter(key=key).exists():
            return False
        with override(wish.language):
            mail = _question(wish)
        SentMail.objects.create(key=key, to="", subject=mail.subject[:200])  # no address is kept
        mail.send()
    return True


def sign_wish(wish: Wish) -> str:
    """Return the secret of a mailed link."""
    return signing.dumps(wish.pk, salt=SALT)


def wish_of(secret: str) -> Wish:
    """Return the wish a mailed link is about.

    Raises:
        LinkEnded: it is too old, or was cut off, or the wish is gone.
    """
    try:
        key = signing.loads(secret, salt=SALT, max_age=LINK_DAYS * 86400)
    except signing.BadSignature:
        key = None
    wish = Wish.objects.select_related("gap", "artwork").filter(pk=key).first() if key else None
    if wish is None:
        raise LinkEnded("This link has ended. Search again and ask once more.")
    return wish


def confirm_wish(*, secret: str) -> Wish:
    """Take a guest's word: he wants to be told. Told at once where the gap is filled by now."""
    wish = wish_of(secret)
    mine = Wish.objects.filter(pk=wish.pk, state=State.ASKED)
    mine.update(state=State.WAITING, confirmed_at=timezone.now())
    tell_wishes(gap_id=wish.gap_id)
    wish.refresh_from_db()
    return wish


def drop_guest_wish(*, secret: str) -> None:
    """Forget a guest's wish and his address, by the mailed link. Safe to repeat."""
    try:
        wish_of(secret).delete()
    except LinkEnded:
        return


def drop_wish(*, user: User, wish_id: int) -> None:
    """Forget a wish of an account. Safe to repeat."""
    Wish.objects.filter(user=user, pk=wish_id).delete()


def see_wishes(*, user: User) -> int:
    """Take what an account was told as seen; return how many were new. Safe to repeat."""
    told = Wish.objects.filter(user=user, state=State.TOLD, seen_at=None)
    return told.update(seen_at=timezone.now())


def tell_wishes(*, gap_id: int | None = None) -> int:
    """Tell those who wait for filled gaps, of one or of all; return how many were told now.

    Safe to repeat and beside itself: a wish is told in the transaction that sends its mail, and one
    whose mail could not be sent waits for the next try.
    """
    filled = Wish.objects.filter(
        state=State.WAITING, gap__state=DemandGap.State.FILLED, gap__artwork__isnull=False
    )
    due = filled.filter(gap=gap_id) if gap_id is not None else filled
    told = [_tell(wish_id) for wish_id in due.order_by("pk").values_list("pk", flat=True)]
    for wish in told:
        if wish is not None and wish.user is not None:
            forget_news(wish.user)  # the badge in his header
    return sum(wish is not None for wish in told)


@transaction.atomic
def _tell(wish_id: int) -> Wish | None:
    """Tell one wish; return it, or `None` where it was told before or another is at it."""
    wish = _locked(wish_id, State.WAITING)
    artwork = wish.gap.artwork if wish is not None else None
    if wish is None or artwork is None:
        return None
    to = _receiver(wish)
    wish.state, wish.artwork, wish.told_at, wish.email = State.TOLD, artwork, timezone.now(), ""
    wish.save(update_fields=["state", "artwork", "told_at", "email"])
    if to:
        _notify(wish, artwork, to)
    return wish


def _receiver(wish: Wish) -> str:
    """Return the address of who waits; empty for an account without one, or one that is closed."""
    if wish.user is None:
        return wish.email
    return wish.user.email if wish.user.is_active else ""


def _notify(wish: Wish, artwork: Artwork, to: str) -> None:
    """Send the one notice of a wish; the caller's transaction takes it back where that fails."""
    with override(wish.language):
        mail = _told(wish, artwork, to)
    kept = to if wish.user_id is not None else ""  # a guest's address is not kept anywhere
    SentMail.objects.create(key=f"wish:{wish.pk}", to=kept, subject=mail.subject[:200])
    mail.send()


def _locked(wish_id: int, state: str) -> Wish | None:
    """Return a wish in a state, locked; `None` where another has it or it went on."""
    rows = Wish.objects.select_for_update(of=["self"], skip_locked=True)
    return rows.select_related("gap__artwork", "user").filter(pk=wish_id, state=state).first()


def forget_wishes() -> int:
    """Delete the wishes that guests never confirmed, with their addresses; return how many."""
    before = timezone.now() - timedelta(days=LINK_DAYS)
    return Wish.objects.filter(state=State.ASKED, created_at__lt=before).delete()[0]


def unconfirmed_without_mail() -> list[int]:
    """Return the wishes of guests to whom no link went: their message was lost."""
    settled = timezone.now() - timedelta(minutes=2)
    asked = Wish.objects.filter(state=State.ASKED, created_at__lt=settled).order_by("pk")
    keys = {f"wish-asked:{key}": key for key in asked.values_list("pk", flat=True)[:200]}
    sent = set(SentMail.objects.filter(key__in=keys).values_list("key", flat=True))
    return [key for name, key in keys.items() if name not in sent]


def _question(wish: Wish) -> EmailMultiAlternatives:
    """Return the mail that asks a guest whether it was he."""
    path = reverse("catalog:wish", args=[sign_wish(wish)])
    return write_mail(
        "wish_confirm",
        to=wish.email,
        subject=gettext("Shall we tell you? “%(wish)s”") % {"wish": wish.text},
        context={"wish": wish, "url": settings.SITE_URL + path, "days": LINK_DAYS},
    )


def _told(wish: Wish, artwork: Artwork, to: str) -> EmailMultiAlternatives:
    """Return the mail that says what is there."""
    return write_mail(
        "wish_filled",
        to=to,
        subject=gettext("We have it: “%(wish)s”") % {"wish": wish.text},
        context={
            "wish": wish,
            "title": texts_of(artwork, language_now()).title,
            "url": settings.SITE_URL + artwork.get_absolute_url(),
            "is_guest": wish.user_id is None,
        },
    )
