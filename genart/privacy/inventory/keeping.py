"""What somebody laid aside or waits for."""

from django.db.models import QuerySet

from catalog.models import Cart, CartItem, Lightbox, LightboxItem, SavedSearch, Wish
from genart.privacy.holdings import Fate, Holding, of_account, own
from genart.privacy.subject import Subject

KEPT = "because you asked us to keep it"


def _wishes(subject: Subject) -> QuerySet[Wish]:
    if subject.user is None:
        return Wish.objects.filter(email__iexact=subject.email).exclude(email="")
    return Wish.objects.filter(user=subject.user)


HOLDINGS = (
    Holding(
        "cart-items", CartItem, of_account(CartItem, "cart__user"), "Works in your cart", KEPT,
        Fate.DELETE, (),
    ),
    own(Cart, "user", "Your cart", KEPT),
    Holding(
        "lightbox-items", LightboxItem, of_account(LightboxItem, "lightbox__owner"),
        "Works in your lightboxes", KEPT, Fate.DELETE, (),
    ),
    own(Lightbox, "owner", "Your lightboxes", KEPT, hides=("secret",)),
    own(SavedSearch, "user", "Searches you saved", KEPT),
    Holding(
        "wishes", Wish, _wishes, "What you want to be told about", KEPT, Fate.DELETE,
        ("user", "email"),
    ),
)  # fmt: skip
