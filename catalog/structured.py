"""What machines read on a page: JSON-LD with licence, credit and the mark of its making.

Data, not code: the content security policy lets it through without a nonce. What is said of a
licence comes from `provenance/licence_facts.py`, as it does in the file itself.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from catalog.canonical import landing_path
from catalog.images import picture_of
from catalog.models import Artwork, Licence
from catalog.provenance.licence_facts import licence_facts, rights_notice
from catalog.services.pricing import Offer
from genart.lib.languages import language_now

DIGITAL_SOURCE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
Node = dict[str, Any]
LONG = ("description", "keywords")
"""What a listing leaves to the page of each work."""


def artwork_graph(
    work: Artwork, offers: Sequence[Offer], *, texts: Any = None, page: str = ""
) -> SafeString:
    """Return the JSON-LD of one work's page, safe to stand inside a script element.

    Args:
        work: the listing.
        offers: what it is sold under; none leaves the product out.
        texts: a `TextRevision` of another language, whose words take the place of the listing's.
        page: address of the page in that language.
    """
    page = page or settings.SITE_URL + work.get_absolute_url()
    image = image_node(work, [offer.licence for offer in offers])
    image |= {"representativeOfPage": True, "mainEntityOfPage": page}
    if texts is not None:
        image |= _in_words_of(texts)
    nodes = [image]
    if offers:
        nodes.append(_product(work, offers))
    return graph([*nodes, _crumbs(work, page, image["name"])])


def listing_graph(
    *, name: str, text: str, page: str, works: Iterable[Artwork], total: int
) -> SafeString:
    """Return the JSON-LD of a listing: a collection page and the works it starts with.

    Of each work what an image search shows; its long texts stand on its own page.
    """
    shown = [
        {"@type": "ListItem", "position": place, "url": settings.SITE_URL + work.get_absolute_url(),
         "item": {field: told for field, told in image_node(work, []).items() if field not in LONG}}
        for place, work in enumerate(works, start=1)
    ]  # fmt: skip
    node: Node = {
        "@type": "CollectionPage",
        "@id": f"{page}#page",
        "url": page,
        "name": name,
        "isPartOf": {"@id": f"{settings.SITE_URL}/#site"},
        "mainEntity": {"@type": "ItemList", "numberOfItems": total, "itemListElement": shown},
    }
    if text:
        node["description"] = text
    return graph([node])


def home_graph() -> SafeString:
    """Return the JSON-LD of the home page: who we are, and how to search."""
    browse = reverse("catalog:browse")
    site: Node = {
        "@type": "WebSite",
        "@id": f"{settings.SITE_URL}/#site",
        "url": settings.SITE_URL + reverse("catalog:home"),
        "name": settings.SITE_NAME,
        "inLanguage": language_now(),
        "publisher": {"@id": _shop()["@id"]},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{settings.SITE_URL}{browse}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }
    return graph([site, _shop()])


def creator_graph() -> SafeString:
    """Return the JSON-LD of the page that says who makes this."""
    page = settings.SITE_URL + reverse("catalog:creator")
    return graph([{"@type": "AboutPage", "url": page, "about": {"@id": _shop()["@id"]}}, _shop()])


def graph(nodes: list[Node]) -> SafeString:
    """Return nodes as one document; no character of it can end the script element."""
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308


def image_node(work: Artwork, licences: Sequence[Licence]) -> Node:
    """Return a picture as it is shown; `contentUrl` is the preview, and so are its sizes."""
    page = settings.SITE_URL + work.get_absolute_url()
    picture = picture_of(work)
    width, height = picture.largest_size
    node: Node = {
        "@type": "ImageObject",
        "@id": f"{page}#image",
        "contentUrl": picture.absolute(picture.largest),
        "thumbnailUrl": picture.absolute(picture.smallest),
        "url": page,
        "name": work.title,
        "caption": work.alt_text,
        "description": work.description,
        "keywords": work.tags,
        "width": {"@type": "QuantitativeValue", "value": width, "unitCode": "E37"},
        "height": {"@type": "QuantitativeValue", "value": height, "unitCode": "E37"},
        "encodingFormat": "image/webp",
        "datePublished": work.published_at.isoformat(),
        "inLanguage": "en",
        "isFamilyFriendly": True,
        "creator": _shop(),
        "creditText": settings.SITE_NAME,
        "copyrightNotice": rights_notice(),
        "acquireLicensePage": f"{page}#buy",
        "digitalSourceType": DIGITAL_SOURCE,
    }
    if licences:
        node["license"] = licence_facts(licences[0])["url"]
    return node


def _in_words_of(texts: Any) -> Node:
    return {
        "name": texts.title,
        "caption": texts.alt_text,
        "description": texts.description,
        "keywords": texts.tags,
        "inLanguage": texts.language,
    }


def _shop() -> Node:
    return {
        "@type": "Organization",
        "@id": f"{settings.SITE_URL}/#shop",
        "name": settings.SITE_NAME,
        "legalName": settings.SHOP_LEGAL_NAME,
        "url": settings.SITE_URL,
    }


def _product(work: Artwork, offers: Sequence[Offer]) -> Node:
    page = settings.SITE_URL + work.get_absolute_url()
    return {
        "@type": "Product",
        "@id": f"{page}#product",
        "name": work.title,
        "description": work.description,
        "image": {"@id": f"{page}#image"},
        "sku": str(work.pk),
        "category": "Digital image licence",
        "brand": {"@type": "Brand", "name": settings.SITE_NAME},
        "offers": [_offer(offer, page) for offer in offers],
    }


def _offer(offer: Offer, page: str) -> Node:
    facts = licence_facts(offer.licence)
    return {
        "@type": "Offer",
        "name": facts["name"],
        "description": offer.licence.summary,
        "price": f"{offer.cents / 100:.2f}",
        "priceCurrency": settings.CURRENCY,
        "availability": "https://schema.org/InStock",
        "url": f"{page}#buy",
        "seller": {"@id": _shop()["@id"]},
        # A file that is delivered at once cannot be given back; the checkout says so.
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": settings.SHOP_COUNTRY,
            "returnPolicyCategory": "https://schema.org/MerchantReturnNotPermitted",
        },
    }


def _crumbs(work: Artwork, page: str, title: str) -> Node:
    steps = [
        (gettext("Browse"), settings.SITE_URL + reverse("catalog:browse")),
        (
            gettext(work.style_name) if work.style_name else "",
            settings.SITE_URL + landing_path("style", work.style_slug),
        ),
        (title, page),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": address}
            for place, (name, address) in enumerate(steps, start=1)
        ],
    }
