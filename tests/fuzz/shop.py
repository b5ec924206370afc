"""A small shop with one of everything, for those who attack it: works, a job, a queue, an order.

Used by the tests of this folder and by `make bench ONLY=reliability.…`; rows are made the shortest
way that is still true, files exist.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from catalog import defaults as terms
from catalog.models import Artwork
from curation import defaults as gates
from curation.models import Brand, Candidate
from genart.accounts.models import ApiToken, User
from genart.accounts.services import create_token, ensure_roles
from generation import defaults as styles
from generation.models import ControlImage, Job, StyleEmbedding, WordList
from tests.catalog.buying import buy
from tests.factories import (
    make_artwork,
    make_checkpoint,
    make_collection,
    make_job,
    make_picture,
    make_render,
    make_style,
)
from tests.generation.random_specs import LAYOUTS, WORDS
from tests.generation.specs import EXAMPLE


@dataclass(frozen=True, slots=True)
class Shop:
    """What was made.

    Attributes:
        admin: a superuser, who may also review and commission.
        buyer: who has paid for the first work.
        token: the secret of a token of `admin` with every scope.
        works: what is on sale.
        job: a job with finished renders, all under judgement.
        candidates: those that wait for a person.
    """

    admin: User
    buyer: User
    token: str
    works: list[Artwork]
    job: Job
    candidates: list[Candidate]


def open_shop(works: int = 6, waiting: int = 4) -> Shop:
    """Fill an empty database and return what is in it."""
    terms.load()
    styles.load()
    gates.load()
    ensure_roles()
    admin = person("attacked-admin", is_staff=True, is_superuser=True)
    buyer = person("attacked-buyer")
    _token, secret = create_token(user=admin, scopes=list(ApiToken.Scope.values))
    listed = [make_artwork(tags=["arches", "boho"]) for _ in range(works)]
    make_collection(slug="attacked-series")
    stock_up()
    client = Client(headers={"host": "localhost"})
    client.force_login(buyer)
    buy(client, listed[0])
    job = make_job(owner=admin, spec=EXAMPLE)
    return Shop(admin, buyer, secret, listed, job, candidates(job, waiting))


def stock_up() -> None:
    """Make what random specs name and a new factory lacks: a style, a picture, a look, words."""
    abilities = {
        "min_px": 64,
        "max_px": 512,
        "layouts": list(LAYOUTS[:2]),
        "controls": ["canny"],
        "references": ["embedding", "image"],
    }
    tiny = make_checkpoint(slug="tiny", family="sd", capabilities=abilities)
    make_style(slug="tiny", version_fields={"checkpoint": tiny})
    size = {"width_px": 64, "height_px": 64}
    ControlImage.objects.create(sha256="a" * 64, name="Lines", file="x", rights="own", **size)
    StyleEmbedding.objects.create(slug="look", name="Look", encoder="e", vector=[1.0])
    for slug, words in WORDS.items():
        WordList.objects.get_or_create(slug=slug, defaults={"name": slug, "words": words})


def person(name: str, **fields: Any) -> User:
    """Make a person; a superuser gets every role as well."""
    user = User.objects.create_user(name, f"{name}@example.com", "password", **fields)
    if user.is_superuser:
        user.groups.set(Group.objects.all())
    return user


def candidates(job: Job, count: int) -> list[Candidate]:
    """Make finished renders of a job that wait for a curator."""
    brand = Brand.objects.get(slug="house")
    made = []
    for seed in range(count):
        render = make_render(job=job, picture=make_picture(96, 96, seed=seed))
        made.append(
            Candidate.objects.create(
                render=render, brand=brand, tier="commodity", state="review", doubt=0.5
            )
        )
    return made
