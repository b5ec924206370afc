"""What machines read on a work's page: JSON-LD with licence, credit and the mark of its making.

Data, not code: the content security policy lets it through without a nonce.
"""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from catalog.images import picture_of
from catalog.models import Artwork, Licence

DIGITAL_SOURCE = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def artwork_graph(work: Artwork, licences: list[Licence]) -> SafeString:
    """Return the JSON-LD of one work, safe to stand inside a script element."""
    page = settings.SITE_URL + work.get_absolute_url()
    graph: list[dict[str, Any]] = [_image(work, licences, page)]
    if licences:
        graph.append(_product(work, licences, page))
    graph.append(_crumbs(work, page))
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308  (no character can end the script)


def _image(work: Artwork, licences: list[Licence], page: str) -> dict[str, Any]:
    picture = picture_of(work)
    shop = {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.SITE_URL}
    image = {
        "@type": "ImageObject",
        "@id": f"{page}#image",
        "contentUrl": picture.absolute(picture.largest),
        "thumbnailUrl": picture.absolute(picture.smallest),
        "url": page,
        "name": work.title,
        "caption": work.alt_text,
        "description": work.description,
        "keywords": work.tags,
        "width": {"@type": "QuantitativeValue", "value": work.width_px, "unitCode": "E37"},
        "height": {"@type": "QuantitativeValue", "value": work.height_px, "unitCode": "E37"},
        "encodingFormat": "image/webp",
        "datePublished": work.published_at.isoformat(),
        "inLanguage": "en",
        "representativeOfPage": True,
        "creator": shop,
        "creditText": settings.SITE_NAME,
        "copyrightNotice": f"Licensed by {settings.SITE_NAME}; generated picture",
        "acquireLicensePage": f"{page}#buy",
        "digitalSourceType": DIGITAL_SOURCE,
    }
    if licences:
        image["license"] = settings.SITE_URL + licences[0].get_absolute_url()
    return image


def _product(work: Artwork, licences: list[Licence], page: str) -> dict[str, Any]:
    return {
        "@type": "Product",
        "@id": f"{page}#product",
        "name": work.title,
        "description": work.description,
        "image": {"@id": f"{page}#image"},
        "sku": str(work.pk),
        "category": "Picture licence",
        "brand": {"@type": "Brand", "name": settings.SITE_NAME},
        "offers": [
            {
                "@type": "Offer",
                "name": f"{licence.name} licence",
                "price": f"{licence.amount_cents / 100:.2f}",  # type: ignore[attr-defined]
                "priceCurrency": settings.CURRENCY,
                "availability": "https://schema.org/InStock",
                "url": f"{page}#buy",
            }
            for licence in licences
        ],
    }


def _crumbs(work: Artwork, page: str) -> dict[str, Any]:
    steps = [
        ("Browse", f"{settings.SITE_URL}/browse/"),
        (work.style_name, f"{settings.SITE_URL}/browse/?style={work.style_slug}"),
        (work.title, page),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": address}
            for place, (name, address) in enumerate(steps, start=1)
        ],
    }
