"""The shop in German and French: words, links, formats, and what stays English."""

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import override_settings
from django.utils.translation import override

from catalog import defaults
from catalog.models import Artwork, Order, TextRevision
from catalog.tasks_papers import send_receipt
from genart import word_files, words
from genart.lib.figures import price
from genart.lib.languages import every_language, language_of, path_in, plain_path
from genart.templatetags.ui import filesize_short
from tests.factories import make_artwork, make_job

LANGUAGES = ("de", "fr")
HOLES = re.compile(r"%\(\w+\)s|\{\w+\}")
ENGLISH = re.compile(
    r"\b(the|and|with|your|you|this|that|what|which|from|cart|checkout|browse|search|works?|"
    r"licences? you|sign in|back to|add|choose|colou?rs?|no account)\b",
    re.IGNORECASE,
)
PROGRAMS = ("/api/", "/feeds/", "/static/", "/media/", "/sitemap", "/theme/", "/bom.json")
ELSEWHERE = re.compile(r"/art/[^/]+(\.md|/comp/|/provenance\.json|/bom\.json)")


# -- the catalogs


def messages(language):
    return {message.id: message for message in word_files.read(language) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_buyers_read_is_translated(language):
    known = {
        tuple(one) if isinstance(one, (tuple, list)) else one: message
        for one, message in messages(language).items()
    }
    found = set(words.messages())
    assert found == set(known), "run manage.py words"
    for message in known.values():
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(told), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_holes_of_their_sentence(language):
    for message in messages(language).values():
        asked = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        told = message.string if isinstance(message.string, tuple) else (message.string,)
        for sentence in told:
            assert sorted(HOLES.findall(sentence)) == sorted(HOLES.findall(asked[-1])), sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_shop_reads_is_compiled_of_what_is_written(language):
    assert word_files.place_of(language, "mo").read_bytes() == word_files.compiled(language)
    assert word_files.place_of(language).read_bytes() == word_files.written(
        word_files.renew(language)
    )


def test_words_of_templates_and_code_are_found():
    source = (
        "{% translate 'One' %}{% blocktranslate with a=b %}{{ a }} is 5 %{% endblocktranslate %}"
        "{% blocktranslate count n=c %}{{ n }} work{% plural %}{{ n }} works{% endblocktranslate %}"
        '{{ d|date:_("j F") }}'
    )
    assert list(words.of_template(source)) == [
        "One", "%(a)s is 5 %%", ("%(n)s work", "%(n)s works"), "j F",
    ]  # fmt: skip
    code = 'raise NotFound("Gone.", where="x")\nf(gettext("Yes"), other("No"), NotFound(name))'
    assert sorted(words.of_code(code)) == ["Gone.", "Yes"]


# -- addresses and figures


def test_an_address_has_one_language():
    assert [language_of(path) for path in ("/", "/de/", "/french/", "/fr/x/")] == [
        "en", "de", "en", "fr",
    ]  # fmt: skip
    assert plain_path("/de/") == "/" and plain_path("/de/cart/") == "/cart/"
    assert path_in("en", "/de//elsewhere.example/") == "/elsewhere.example/"
    assert path_in("fr", "/de/cart/") == "/fr/cart/" and path_in("en", "/de/cart/") == "/cart/"
    assert every_language("/fr/") == {"en": "/", "de": "/de/", "fr": "/fr/", "x-default": "/"}


@override_settings(CURRENCY="EUR")
def test_figures_are_written_as_each_language_does():
    assert (price(123450), price(1200), price(-5)) == ("€1,234.50", "€12", "−€0.05")
    with override("de"):
        assert (price(123450), price(1200)) == ("1.234,50\xa0€", "12\xa0€")
        assert filesize_short(3_400_000) == "3,4 MB"
    with override("fr"):
        assert price(123450) == "1\u202f234,50\xa0€"
        assert filesize_short(3_400_000) == "3,4 Mo"


# -- pages


class Page(HTMLParser):
    """What a visitor reads of a page in its own language, and where it leads."""

    VOID = {"meta", "link", "input", "img", "br", "source", "path", "circle", "rect", "use", "hr"}

    def __init__(self, html):
        super().__init__()
        self.read, self.links, self.stack, self.language = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "html":
            self.language = told.get("lang")
        outer = self.stack[-1][1] if self.stack else False
        foreign = outer or told.get("lang", self.language) != self.language
        mute = foreign or tag in ("script", "style", "code", "svg", "textarea", "cite")
        if not mute:
            self.read += [told[name] for name in ("placeholder", "aria-label", "title", "alt")
                          if told.get(name) and tag not in ("img", "link")]  # fmt: skip
        self.links += [told[name] for name in ("href", "action", "hx-post", "hx-get")
                       if told.get(name) and tag != "link" and "hreflang" not in told]  # fmt: skip
        if tag == "meta" and told.get("name") == "description":
            self.read.append(told["content"])
        if tag not in self.VOID:
            self.stack.append((tag, mute))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not (self.stack and self.stack[-1][1]):
            self.read.append(" ".join(data.split()))


@pytest.fixture
def work(db):
    defaults.load()
    job = make_job(title="Quiet rooms", collection="quiet-rooms")
    made = make_artwork(render_fields={"job": job})
    TextRevision.objects.filter(artwork=made).exclude(language="en").delete()
    for language, title in (("de", "Stille Bögen"), ("fr", "Arches tranquilles")):
        TextRevision.objects.create(
            artwork=made, language=language, title=title, description=f"{title}.", alt_text=title,
            tags=[title.lower()], category=made.category, state=TextRevision.State.LIVE,
            writer="embedded",
        )  # fmt: skip
    return made


def faults(html, language, path):
    """Return the words of a page that are English, and the links that leave its language."""
    page = Page(html)
    own = {
        message.id: message.string for message in word_files.read(language)
        if isinstance(message.id, str) and message.id and message.string != message.id
    }  # fmt: skip
    spoken, found = set(own.values()), []
    for text in map(without_titles, page.read):
        if (text in own and text not in spoken) or ENGLISH.search(text):
            found.append((path, text))
    for link in page.links:
        inside = link.startswith("/") and not link.startswith(PROGRAMS)
        if inside and not ELSEWHERE.match(link) and language_of(link) != language:
            found.append((path, link))
    return found if page.language == language else [*found, (path, page.language)]


def without_titles(text):
    """Leave out what works are called: one that is not translated keeps its English name."""
    for title in Artwork.objects.values_list("title", flat=True):
        text = text.replace(title, "…")
    return text


def assert_speaks(html, language, path):
    assert faults(html, language, path) == []


def paths(work):
    return [
        "/", "/browse/", "/browse/?q=arches", "/browse/?color=red&sort=popular",
        "/browse/?q=zzzzzz",
        f"/browse/{work.style_slug}/", f"/browse/colour/{work.color_names[0]}/", "/collections/",
        work.get_absolute_url(), work.collection.get_absolute_url(), "/licences/",
        "/licences/personal/", "/cart/", "/lightboxes/", "/search/picture/", "/verify/",
        "/creator/",
        "/certificates/", "/certificates/?serial=GA-1", "/library/find/",
        "/wishes/?q=owls", "/suggest/?q=ar", "/accounts/login/", "/accounts/signup/",
        "/accounts/forgotten/", "/art/none-such/",
    ]  # fmt: skip


PERSONAL = [
    "/library/", "/orders/", "/credits/", "/saved/", "/saved/new/?query=q%3Darches", "/accounts/",
    "/accounts/security/", "/accounts/data/",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_one_language_and_lead_on_in_it(work, client, buyer_client, language):
    found = []
    for visitor, path in [
        *((client, path) for path in paths(work)),
        *((buyer_client, path) for path in PERSONAL),
    ]:
        answer = visitor.get(f"/{language}{path}")
        assert answer.status_code in (200, 404), path
        found += faults(answer.content.decode(), language, path)
    assert found == []


def test_works_are_called_in_the_language_of_the_page(work, client):
    for path in ("/", "/browse/", work.collection.get_absolute_url()):
        assert "Stille Bögen" in client.get(f"/de{path}").content.decode(), path
        assert "Arches tranquilles" in client.get(f"/fr{path}").content.decode(), path
        assert work.title in client.get(path).content.decode(), path


def test_a_page_is_kept_for_its_language_alone(work, client, settings):
    settings.PAGE_SECONDS = 10
    for _again in range(2):
        assert '<html lang="de"' in client.get("/de/").content.decode()
        assert '<html lang="en"' in client.get("/").content.decode()
        assert '<html lang="fr"' in client.get("/fr/").content.decode()


def test_the_workshop_has_no_other_language(client, curator_client):
    for path in ("/de/studio/", "/fr/review/", "/de/admin/", "/de/api/v1/artworks"):
        assert curator_client.get(path).status_code == 404, path


def test_private_pages_are_kept_by_no_cache_in_any_language(buyer_client, work):
    for path in ("/library/", "/de/library/", "/fr/accounts/"):
        assert {"private", "no-store"} <= set(
            buyer_client.get(path)["Cache-Control"].replace(" ", "").split(",")
        ), path


def test_terms_stay_english_and_say_so(work, client):
    html = client.get("/de/licences/personal/").content.decode()
    assert '<div lang="en"><p><strong>Personal licence.</strong>' in html
    assert "Es gelten die Bedingungen in englischer Sprache" in html


def test_a_licence_is_named_by_one_address_in_every_language(work, client):
    told = {
        re.search(r'"license": "([^"]+)"', client.get(f"{prefix}{work.get_absolute_url()}")
                  .content.decode())[1]
        for prefix in ("", "/de", "/fr")
    }  # fmt: skip
    assert len(told) == 1 and "/de/" not in told.pop()


# -- buying


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guest_buys_in_his_language_from_cart_to_mail(work, client, language):
    added = client.post(
        f"/{language}/cart/add/", {"artwork": work.pk, "licence": "personal"}, follow=True
    )
    assert_speaks(added.content.decode(), language, "cart")
    asked = client.get(f"/{language}/checkout/")
    assert_speaks(asked.content.decode(), language, "checkout")
    wrong = client.post(f"/{language}/checkout/", {"email": "x", "country": ""})
    assert wrong.status_code == 422
    assert_speaks(wrong.content.decode(), language, "checkout with faults")
    sent = client.post(
        f"/{language}/checkout/", {"email": "ada@example.com", "country": "DE", "agree": "yes"}
    )
    assert_speaks(client.get(sent.url).content.decode(), language, "test payment")
    back = client.post(sent.url, {"answer": "pay"})
    assert language_of(back.url) == language
    receipt = client.get(back.url, follow=True)
    assert_speaks(receipt.content.decode(), language, "order")
    order = Order.objects.get()
    send_receipt.fn(str(order.pk))  # the worker, which speaks English
    assert order.language == language
    (told,) = [one for one in mail.outbox if one.to == ["ada@example.com"]]
    assert f"/{language}/orders/{order.pk}/" in told.body
    assert {"de": "Ihr Beleg", "fr": "Votre reçu"}[language] in told.subject
    assert_speaks(told.alternatives[0].content, language, "receipt")
    grant = order.lines.get().grant
    assert_speaks(
        client.get(f"/{language}/certificates/{grant.serial}/").content.decode(), language, "proof"
    )


def test_mails_of_the_way_back_speak_the_language_of_who_asked(work, client, broker, drain):
    client.post("/fr/accounts/signup/", {
        "username": "ada", "email": "ada@example.com",
        "password1": "seven quiet rooms", "password2": "seven quiet rooms",
    })  # fmt: skip
    client.post("/fr/accounts/forgotten/", {"email": "ada@example.com"})
    drain()
    told = mail.outbox[-1]
    assert "Un nouveau mot de passe" in told.subject and "/fr/accounts/forgotten/" in told.body
