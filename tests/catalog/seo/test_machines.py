"""What machines read: sitemaps, feeds, robots, JSON-LD, canonical addresses, languages."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import defaults, sitemaps
from catalog.canonical import canonical_of
from catalog.listing import parse_listing
from catalog.models import Artwork, Licence, Redirect, TextRevision
from catalog.provenance.licence_facts import licence_facts
from catalog.services import withdraw_artwork
from tests.factories import make_artwork, make_job, make_listings, make_style

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def work():
    defaults.load()
    style = make_style(slug="waves", name="Waves", version_fields={"motif": "waves"})
    job = make_job(title="Quiet rooms", collection="quiet-rooms")
    return make_artwork(render_fields={"job": job, "style": style})


def translate(work, language="de", **fields):
    TextRevision.objects.filter(artwork=work, language=language).delete()
    values = {
        "title": "Ruhige Wellen", "description": "Wellen in Ocker.", "alt_text": "Wellen.",
        "tags": ["wellen"], "state": "live", "writer": "test@1",
    }  # fmt: skip
    return TextRevision.objects.create(artwork=work, language=language, **values | fields)


def graph_of(client, path):
    html = client.get(path).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.+?)</script>', html, re.DOTALL)
    return {node["@type"]: node for node in json.loads(found.group(1))["@graph"]} if found else {}


def head_of(client, path):
    html = client.get(path).content.decode()
    return html[: html.index("</head>")]


# -- sitemaps


def test_an_index_names_pages_collections_and_works(work, client):
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    names = [loc.text.rpartition("/")[2] for loc in index.iter(f"{SITEMAP}loc")]
    assert names == ["sitemap-pages.xml", "sitemap-collections.xml", "sitemap-works.xml"]
    for name in names:
        answer = client.get(f"/{name}")
        ElementTree.fromstring(answer.content)
        assert answer["Content-Type"].startswith("application/xml")


def test_shards_cut_the_works_by_their_ids_and_lose_none(work, client, monkeypatch):
    monkeypatch.setattr(sitemaps, "SHARD_WORKS", 4)
    works = [work, *make_listings(40)]
    shards = sitemaps.shards()
    assert 4 < len(shards) <= 16 and all(len(prefix) == 1 for prefix in shards)
    seen = [entry.path for prefix in shards for entry in sitemaps.works_of(prefix)
            if not entry.path.startswith(("/de/", "/fr/"))]  # fmt: skip
    assert sorted(seen) == sorted(one.get_absolute_url() for one in works)
    everything = {entry.path for entry in sitemaps.works_of("")}
    assert set(seen) <= everything


def test_a_shard_never_counts_its_way_by_offset_and_asks_twice(work):
    make_listings(30)
    with CaptureQueriesContext(connection) as asked:
        list(sitemaps.works_of("a"))
    assert len(asked) == 2
    assert not any("OFFSET" in query["sql"] for query in asked)


def test_a_shard_says_when_its_works_changed(work, client):
    TextRevision.objects.filter(artwork=work).delete()
    (entry,) = sitemaps.works_of("")
    assert entry.changed_at == work.published_at
    text = translate(work, "en")
    (entry,) = sitemaps.works_of("")
    assert entry.changed_at == text.created_at


def test_a_withdrawn_work_leaves_the_sitemap_at_once(work, client):
    withdraw_artwork(render_id=work.render_id, reason="gone", by="shop")
    assert work.slug not in client.get("/sitemap-works.xml").content.decode()


@pytest.mark.parametrize("name", ["works-x", "works-abcd", "nothing", "works-"])
def test_other_sitemaps_are_not_there(name, client):
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_pages_of_styles_colours_and_categories_are_in_the_sitemap(work, client):
    paths = {entry.path for entry in sitemaps.pages()}
    assert {"/browse/waves/", "/creator/", "/licences/personal/"} <= paths
    assert {f"/browse/colour/{word}/" for word in work.color_names} <= paths
    for path in paths:
        assert client.get(path).status_code == 200, path


# -- languages


def test_pages_in_other_languages_name_each_other(work, client):
    for language in ("de", "fr"):
        translate(work, language, title=f"Titel {language}")
    told = set()
    for path in (f"/art/{work.slug}/", f"/de/art/{work.slug}/", f"/fr/art/{work.slug}/"):
        head = head_of(client, path)
        told.add(tuple(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', head)))
        assert f'<link rel="canonical" href="http://localhost:8000{path}">' in head or (
            re.search(rf'<link rel="canonical" href="[^"]+{path}">', head)
        )
    (mutual,) = told
    assert [language for language, _href in mutual] == ["en", "de", "fr", "x-default"]
    entries = {entry.path: entry.languages for entry in sitemaps.works_of("")}
    assert len(entries) == 3 and len({tuple(one.items()) for one in entries.values()}) == 1
    xml = ElementTree.fromstring(client.get("/sitemap-works.xml").content)
    assert len(list(xml.iter(f"{XHTML}link"))) == 12


def test_a_german_page_is_german_and_says_so(work, client):
    translate(work)
    html = client.get(f"/de/art/{work.slug}/").content.decode()
    assert '<html lang="de"' in html
    assert '<h1 class="work__title">Ruhige Wellen</h1>' in html
    assert '<p class="prose">Wellen in Ocker.</p>' in html
    image = graph_of(client, f"/de/art/{work.slug}/")["ImageObject"]
    assert (image["inLanguage"], image["name"]) == ("de", "Ruhige Wellen")


def test_without_a_translation_the_page_says_that_its_work_speaks_english(work, client):
    TextRevision.objects.exclude(language="en").delete()
    head = head_of(client, f"/de/art/{work.slug}/")
    html = client.get(f"/de/art/{work.slug}/").content.decode()
    assert re.search(
        rf'<link rel="canonical" href="[^"/]+//[^/"]+{work.get_absolute_url()}">', head
    )
    assert "hreflang" not in head
    assert f'<h1 class="work__title" lang="en">{work.title}</h1>' in html
    assert "hreflang" not in head_of(client, work.get_absolute_url())


# -- JSON-LD


def test_a_work_says_its_licence_as_the_record_does(work, client):
    graph = graph_of(client, work.get_absolute_url())
    image, product = graph["ImageObject"], graph["Product"]
    first = Licence.objects.get(slug="personal")
    assert image["license"] == licence_facts(first)["url"]
    assert image["acquireLicensePage"] == image["url"] + "#buy"
    assert image["copyrightNotice"] == licence_facts(first)["rights"]
    assert image["width"]["value"] == max(map(int, work.derivatives["webp"]))
    assert [offer["name"] for offer in product["offers"]] == [
        licence_facts(licence)["name"] for licence in Licence.objects.filter(is_active=True)
    ]
    assert all("shippingDetails" not in offer for offer in product["offers"])


def test_listings_and_home_say_what_they_are(work, client):
    page = graph_of(client, "/browse/waves/")["CollectionPage"]
    assert page["url"].endswith("/browse/waves/")
    assert page["mainEntity"]["numberOfItems"] == 1
    (item,) = page["mainEntity"]["itemListElement"]
    assert item["item"]["@id"] == graph_of(client, work.get_absolute_url())["ImageObject"]["@id"]
    home = graph_of(client, "/")
    assert "{search_term_string}" in home["WebSite"]["potentialAction"]["target"]["urlTemplate"]
    assert home["Organization"]["@id"] == home["WebSite"]["publisher"]["@id"]


@pytest.mark.parametrize("path", ["/", "/browse/", "/browse/waves/", "{work}"])
def test_json_ld_cannot_end_its_script(work, client, path):
    Artwork.objects.update(title="</script><script>alert(1)</script>&", style_name="<!--")
    html = client.get(path.format(work=work.get_absolute_url())).content.decode()
    assert "<script>alert" not in html and "<!--" not in html


# -- canonical addresses


@pytest.mark.parametrize(
    ("query", "path", "indexable"),
    [
        ({}, "/browse/", True),
        ({"sort": "popular"}, "/browse/", True),
        ({"utm_source": "x", "after": "y"}, "/browse/", True),
        ({"style": "waves"}, "/browse/waves/", True),
        ({"color": "teal"}, "/browse/colour/teal/", True),
        ({"collection": "quiet-rooms"}, "/collections/quiet-rooms/", True),
        ({"orientation": "square"}, "/browse/?orientation=square", False),
        ({"style": "waves", "color": "teal"}, "/browse/?color=teal&style=waves", False),
        ({"color": "teal,red"}, "/browse/?color=red,teal", False),
        ({"q": "Waves"}, "/browse/?q=Waves", False),
    ],
)
def test_a_listing_has_one_address(query, path, indexable):
    found = canonical_of(parse_listing(query))
    assert (sorted(found.path), found.indexable) == (sorted(path), indexable)


def test_pages_say_their_canonical_address(work, client):
    for asked, told, indexed in (
        ("/browse/?style=waves&utm_source=x", "/browse/waves/", True),
        ("/browse/waves/", "/browse/waves/", True),
        ("/browse/?q=waves", "/browse/?q=waves", False),
        ("/browse/?color=purple", "/browse/colour/purple/", False),  # nothing hangs there
    ):
        head = head_of(client, asked)
        assert re.search(rf'rel="canonical" href="http[^"]+:\d+{re.escape(told)}"', head), asked
        assert ("noindex" not in head) is indexed, asked


# -- feeds, robots, llms.txt, Markdown


def test_feeds_carry_the_picture_and_spare_what_is_known(work, client):
    for path in ("/feeds/new.atom", "/feeds/waves.atom"):
        answer = client.get(path)
        feed = ElementTree.fromstring(answer.content)
        (thumbnail,) = feed.iter("{http://search.yahoo.com/mrss/}thumbnail")
        assert thumbnail.get("url").startswith("http") and thumbnail.get("width")
        again = client.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = client.get(path, headers={"If-Modified-Since": answer["Last-Modified"]})
        assert since.status_code == 304
    make_artwork()
    old = {"If-None-Match": answer["ETag"]}
    assert client.get("/feeds/new.atom", headers=old).status_code == 200
    assert client.get("/feeds/none.atom").status_code == 404


def test_robots_may_look_at_previews(client):
    text = client.get("/robots.txt").content.decode()
    assert "Allow: /media/" in text and "Disallow: /checkout/" in text and "Sitemap: http" in text
    assert "Disallow: /art" not in text


def test_llms_txt_and_the_markdown_twin(work, client):
    text = client.get("/llms.txt").content.decode()
    assert text.startswith("# ") and "\n> " in text and "## Optional" in text
    assert f"/art/{work.slug}.md" in text and "&#x27;" not in text
    answer = client.get(f"/art/{work.slug}.md")
    twin = answer.content.decode()
    assert answer["Content-Type"].startswith("text/markdown")
    assert twin.startswith(f"# {work.title}") and work.sha256 in twin and "Personal" in twin
    withdraw_artwork(render_id=work.render_id, reason="gone", by="shop")
    assert client.get(f"/art/{work.slug}.md").status_code == 404


# -- lost, gone, moved


def test_a_lost_visitor_is_helped(work, client):
    Artwork.objects.filter(pk=work.pk).update(title="Waves at Night")
    answer = client.get("/art/waves-at-nigt/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert 'value="waves at nigt"' in html and "Waves at Night" in html
    assert client.get("/wp-login.php").status_code == 404
    assert client.get("/media/none.webp")["Content-Type"].startswith("text/plain")


def test_redirects_are_asked_where_a_page_is_missing(work, client):
    Redirect.objects.create(old_path="/old/", new_path="/browse/waves/")
    Redirect.objects.create(old_path="/gone/")
    moved = client.get("/old")
    assert (moved.status_code, moved.url) == (301, "/browse/waves/")
    assert client.get("/gone/").status_code == 410


def test_what_was_sold_for_good_is_gone(work, client):
    Artwork.objects.filter(pk=work.pk).update(withdrawn_at=work.published_at, withdrawn_by="buyer")
    answer = client.get(work.get_absolute_url())
    assert answer.status_code == 410
    assert "licensed exclusively" in answer.content.decode()
