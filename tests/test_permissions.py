"""Who may open what: every address with every persona, by a table that names each route.

A route without an entry fails. Whether somebody may see *this* order or job is tested where the
page is; here the ids are of nothing, so that the answer is about the person alone.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PUBLIC = """
healthz readyz statusz metrics accounts:login accounts:logout accounts:signup
accounts:forgotten accounts:reset accounts:passkey_ask accounts:passkey_answer
api-1:openapi-json api-1:openapi-view api-1:design_spec api-1:api-root
api-1:list_artworks api-1:list_facets api-1:search_by_picture api-1:get_artwork
api-1:get_lightbox api-1:get_texts api-1:list_categories api-1:list_languages
api-1:list_licences api-1:get_licence api-1:list_prices api-1:list_collections
api-1:get_collection api-1:get_certificate api-1:verify
catalog:home catalog:browse catalog:browse_color catalog:browse_category catalog:browse_style
catalog:artwork_markdown catalog:artwork catalog:comp
catalog:collections catalog:collection catalog:licences catalog:licence
catalog:cart catalog:cart_add catalog:cart_change catalog:cart_remove catalog:cart_code
catalog:checkout catalog:checkout_return catalog:test_pay catalog:payment_webhook
catalog:wish_ask catalog:wish catalog:suggest catalog:show_picture
catalog:lightboxes catalog:lightbox_make catalog:lightbox_add catalog:lightbox
catalog:lightbox_change catalog:lightbox_buy catalog:lightbox_shared
catalog:find_works catalog:found catalog:file
catalog:order_correct catalog:order_files catalog:invoice
catalog:certificates catalog:certificate catalog:verify catalog:provenance catalog:bom
catalog:house_bom catalog:feed catalog:style_feed catalog:sitemap_index catalog:sitemap
catalog:robots catalog:llms catalog:creator catalog:theme catalog:ui catalog:media
"""
ACCOUNT = """
privacy:own_data privacy:ask_export privacy:export privacy:ask_erasure privacy:cancel_erasure
accounts:security accounts:password accounts:authenticator accounts:authenticator_remove
accounts:recovery_codes accounts:passkey_new accounts:passkey_add accounts:passkey_remove
accounts:session_end accounts:sessions_end accounts:confirm accounts:second_factor
accounts:account catalog:credits catalog:credit_pack catalog:saved catalog:save_search
catalog:save_search_do catalog:saved_open catalog:saved_change catalog:wish_drop catalog:library
catalog:order catalog:claim catalog:download catalog:print_file catalog:certificate_pdf
catalog:certificate_name catalog:orders
"""
TOKEN = """
api-1:create_job api-1:preview_job api-1:keep_picture api-1:get_job api-1:cancel_job
api-1:render_image api-1:list_candidates api-1:get_candidate api-1:candidate_image api-1:decide
api-1:undo api-1:create_score api-1:get_score api-1:list_grants api-1:make_download_link
api-1:get_cart api-1:put_item api-1:delete_item api-1:put_code api-1:quote api-1:create_order
api-1:list_orders api-1:get_order api-1:get_credits
"""
STUDIO = """
generation:jobs generation:new_job generation:pictures generation:picture generation:outlook
generation:job generation:cancel_job generation:retry_job generation:make_embedding
generation:pause_job generation:resume_job generation:job_priority generation:move_job
generation:job_row generation:queue generation:render_image generation:render_thumb
generation:render generation:workers generation:providers catalog:autopilot
catalog:autopilot_act catalog:sales catalog:sales_csv
"""
REVIEW = """
curation:queue curation:stack curation:grid curation:act curation:undo_many curation:undo
curation:hold_many curation:counter curation:history curation:gates curation:promote_gate
curation:suspend_gate curation:dashboard curation:brands curation:brand curation:criterion
curation:criterion_picture curation:candidate curation:about curation:decide curation:escalate
curation:skip curation:hold curation:image curation:found curation:thumb
"""
RULES = """
admin_sign_in
curation:refit curation:adoption curation:activate_head curation:new_criterion
curation:change_criterion curation:add_picture curation:remove_picture curation:claims
curation:new_claim curation:claim curation:claim_csv curation:lift_claim
"""
LEVELS = {
    name: level
    for level, names in {
        "public": PUBLIC,
        "account": ACCOUNT,
        "token": TOKEN,
        "studio": STUDIO,
        "review": REVIEW,
        "rules": RULES,
    }.items()
    for name in names.split()
}
LOGIN = "/accounts/login/"


def routes(resolver: Any = None, prefix: str = "", names: tuple[str, ...] = ()) -> Iterator[Any]:
    """Yield the name and an address of every route outside the admin."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                inner = (*names, entry.namespace) if entry.namespace else names
                yield from routes(entry, path, inner)
        else:
            yield ":".join((*names, entry.name or "")), filled(entry, path)


def filled(entry: URLPattern, path: str) -> str:
    """Return the path of a route with ids of nothing."""
    for name, converter in entry.pattern.converters.items():
        value = "nothing-like-this"
        if isinstance(converter, UUIDConverter):
            value = str(UUID(int=7))
        elif isinstance(converter, IntConverter):
            value = "987654321"
        start = path.index("<")
        end = path.index(">")
        assert name in path[start:end]
        path = path[:start] + value + path[end + 1 :]
    return "/" + path.replace("<", "").replace(">", "")


def is_turned_away(answer: Any) -> bool:
    """Tell whether an answer says: log in, or you may not."""
    to_login = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
    return to_login or answer.status_code in (401, 403)


def broken(name: str, answer: Any) -> bool:
    """Tell whether an answer is a fault of ours; `statusz` says 503 where no worker runs."""
    return answer.status_code >= 500 and (name, answer.status_code) != ("statusz", 503)


def test_every_route_has_an_entry_and_every_entry_a_route() -> None:
    names = {name for name, _path in routes()}

    assert names - LEVELS.keys() == set(), "say in this file who may open them"
    assert LEVELS.keys() - names == set()


@pytest.mark.parametrize("method", ["get", "post"])
def test_everybody_gets_what_is_theirs_and_nothing_else(
    method: str,
    stranger: Client,
    buyer_client: Client,
    curator_client: Client,
    admin_client: Client,
) -> None:
    people = {
        "stranger": stranger,
        "buyer": buyer_client,
        "curator": curator_client,
        "admin": admin_client,
    }
    allowed = {
        "public": set(people),
        "account": {"buyer", "curator", "admin"},
        "token": set(),
        "studio": {"curator", "admin"},
        "review": {"curator", "admin"},
        "rules": {"admin"},
    }
    wrong = []
    for name, path in routes():
        if name == "accounts:logout":
            continue  # would end the persona's session
        for person, client in people.items():
            answer = getattr(client, method)(path)
            expected = person in allowed[LEVELS[name]]
            is_in = not is_turned_away(answer)
            missing = answer.status_code in (404, 405)
            opened = is_in and not missing
            if broken(name, answer) or (not is_in if expected else opened):
                wrong.append((name, method, person, answer.status_code))

    assert wrong == []
