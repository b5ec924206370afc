"""What a new shop has on its shelf of terms: four licences with prices, and packs of credits.

Idempotent, and never over what an admin changed: a licence or a pack that exists under its slug is
left alone, and so is a price that exists.
"""

from dataclasses import dataclass

from catalog.models import CreditPack, Licence, Price
from generation.models import Tier


@dataclass(frozen=True, slots=True)
class Terms:
    """One licence as it is first put on sale."""

    slug: str
    name: str
    summary: str
    allows: tuple[str, ...]
    forbids: tuple[str, ...]
    text: str
    commodity_cents: int
    premium_cents: int
    is_exclusive: bool = False


_COMMON = """
**What you get.** The original file of the work, as it was made: a PNG with all its pixels. You may
download it from your library as often as you need.

**How it was made.** The work is the output of a trained model. In many countries such a picture is
not protected by copyright, or only thinly. This licence is therefore a promise between you and the
shop: we let you use the file as written here, and we do not hold you to more. It does not make you
the only one who may use the work, and other buyers may license it too.

**What stays with us.** The shop may go on selling the work. If we take it down later, your licence
stays as it is.

**No warranty of uniqueness.** The shop checks every work against its own catalogue and against
marks it knows. It cannot know everything. If somebody shows you a better right to a picture, tell
us: we refund what you paid.
"""

LICENCES = (
    Terms(
        "personal",
        "Personal",
        "For your own walls, screens and gifts, as long as no money is earned with it.",
        (
            "Print it for yourself or as a gift, at any size",
            "Use it as wallpaper, avatar or in a private letter",
            "Crop it, recolour it, combine it",
        ),
        (
            "Sell it, or anything that carries it",
            "Use it for a company, a client or in advertising",
            "Pass on the file itself",
        ),
        "**Personal licence.** One person may use the work for private purposes, in any medium and "
        "for any length of time, in any country, also changed. Private means that nobody earns or "
        "wins custom by it. The file itself may not be passed on or put where others can fetch it."
        + _COMMON,
        900,
        2900,
    ),
    Terms(
        "commercial",
        "Commercial",
        "For the work of one company or freelancer: websites, advertising, print, client work.",
        (
            "Everything the personal licence allows",
            "Use it on websites, in apps, advertising, books and films",
            "Use it for one client at a time, or up to 5,000 printed copies",
        ),
        (
            "Sell it as a print, poster or template where the picture is the product",
            "Register it as a trademark",
            "Pass on the file itself, except to those who work on your order",
        ),
        "**Commercial licence.** One company or one self-employed person may use the work in their "
        "trade, in any medium, for any length of time, in any country, also changed, and in up to "
        "5,000 printed copies. The picture may accompany a product but may not be the product. It "
        "may not be registered as a mark. Those who work on your order may have the file for it."
        + _COMMON,
        3900,
        9900,
    ),
    Terms(
        "extended",
        "Extended",
        "For goods: sell prints, textiles and products on which the picture is the point.",
        (
            "Everything the commercial licence allows",
            "Sell goods that carry it: prints, textiles, stationery, packaging",
            "Any number of copies",
        ),
        (
            "Sell or give away the file itself, alone or in a collection",
            "Offer it on another stock site or as a token",
            "Register it as a trademark",
        ),
        "**Extended licence.** As the commercial licence, and the picture may also be the point of "
        "goods you sell, in any number. What may never be sold or passed on is the file itself, "
        "alone or in a set, nor may it be offered for licensing elsewhere." + _COMMON,
        14900,
        39900,
    ),
    Terms(
        "exclusive",
        "Exclusive",
        "The work for you alone: it leaves the shop, and nothing like it is made again.",
        (
            "Everything the extended licence allows",
            "Be the only one: nobody had a licence before, and nobody gets one after you",
            "Register it as part of a trademark, where the law lets you",
        ),
        (
            "Claim that a person drew it",
            "Sell the file itself as your own stock picture",
        ),
        "**Exclusive licence.** As the extended licence, and for you alone. It is sold only for "
        "works to which nobody holds a licence. From your payment on the work is no longer for "
        "sale, its page says that it was sold, and the shop licenses it to nobody else for as long "
        "as the shop exists. The shop goes on showing the preview as part of its record, with the "
        "note that it is sold.\n\n"
        "**Nothing like it again.** The shop enters the work in its register of protected works. "
        "New pictures that repeat it, whole, in part, mirrored, turned or recoloured, are held and "
        "not sold. What was sold before and only resembles it stays as it is, and the shop cannot "
        "speak for pictures that others make."
        + _COMMON.partition("**How it was made.**")[0]
        + "**How it was made.** The work is the output of a trained model. In many countries such "
        "a picture is not protected by copyright, or only thinly. What you get is the promise of "
        "the shop, not a right against everybody.\n\n"
        "**If you give it back.** Where the purchase is paid back, the licence ends. The work "
        "stays off sale until the shop decides anew.\n",
        99000,
        249000,
        is_exclusive=True,
    ),
)

PACKS = (
    ("credits-100", "Credits for €100", 10_000, 9_500),
    ("credits-500", "Credits for €500", 50_000, 45_000),
    ("credits-2000", "Credits for €2,000", 200_000, 170_000),
)
"""Slug, name, credits and price, in cents."""


def load() -> None:
    """Put the licences, prices and packs on sale that are not there yet. Safe to repeat."""
    for place, (slug, name, credit_cents, price_cents) in enumerate(PACKS):
        values = {"name": name, "credit_cents": credit_cents, "price_cents": price_cents}
        CreditPack.objects.get_or_create(slug=slug, defaults=values | {"position": place})
    for position, terms in enumerate(LICENCES):
        if Licence.objects.filter(slug=terms.slug).exists():
            continue
        licence = Licence.objects.create(
            slug=terms.slug,
            name=terms.name,
            summary=terms.summary,
            allows=list(terms.allows),
            forbids=list(terms.forbids),
            text=terms.text,
            position=position,
            is_exclusive=terms.is_exclusive,
        )
        Price.objects.bulk_create(
            [
                Price(licence=licence, tier=Tier.COMMODITY, amount_cents=terms.commodity_cents),
                Price(licence=licence, tier=Tier.PREMIUM, amount_cents=terms.premium_cents),
            ]
        )
