"""Verbs about looks at a style: a few small renders that are never judged and never sold.

What an admin has typed and not saved is looked at through a *sketch*: a style of his own that is
never offered, whose newest version holds what the form holds. Every look uses the same seeds,
layout and colours, so that two looks differ by what was changed and by nothing else.
"""

from typing import Any

from django.db import transaction

from genart.accounts.models import User
from genart.lib.errors import InvalidInput
from generation.catalogue import DEFAULT_CAPABILITIES, Catalogue
from generation.compile import compile_renders, layouts_of
from generation.models import Job, Lane, Palette, Render, Style, StyleVersion, Tier
from generation.services.jobs import cancel_job, write_job
from generation.services.ordering import HIGHEST_PRIORITY
from generation.spec import as_json, canonical_hash, parse_spec
from generation.styles import CONTENT, next_version
from generation.sweeps import expand

PICTURES, PALETTES = 4, 2
SEED = 20260101
LONGEST_PX = 512


@transaction.atomic
def sketch(*, content: dict[str, Any], by: User) -> StyleVersion:
    """Return a new version of somebody's sketch with what a form of a style holds.

    Args:
        content: as for `styles.next_version`.
        by: whose sketch; his earlier looks that are not finished are cancelled.
    """
    style, _ = Style.objects.get_or_create(
        slug=f"sketch-{by.pk}",
        defaults={"name": f"Sketch of {by.username}", "is_active": False, "is_sketch": True},
    )
    unfinished = Job.objects.filter(
        purpose=Job.Purpose.PREVIEW,
        state=Job.State.ACTIVE,
        renders__style_version__style=style,
        renders__state__in=(Render.State.QUEUED, Render.State.RENDERING),
    )
    for job_id in set(unfinished.values_list("pk", flat=True)):
        cancel_job(job_id=job_id)
    return next_version(style, created_by=by, **content)


def draw_samples(*, version: StyleVersion, by: User) -> Job:
    """Queue the look at a style version before everything else; the one there was, if it fits.

    Raises:
        InvalidInput: the version cannot be rendered; every fault with its place.
    """
    earlier = samples_of(version)
    if earlier:
        return earlier
    spec = parse_spec(sample_spec(version))
    renders = _renders(version, spec)
    job = Job(
        owner=by,
        title=f"A look at {version}",
        spec=as_json(spec),
        spec_hash=canonical_hash(spec),
        tier=Tier.COMMODITY,
        purpose=Job.Purpose.PREVIEW,
        priority=HIGHEST_PRIORITY,
    )
    return write_job(job, renders)[0]


def samples_of(version: StyleVersion) -> Job | None:
    """Return the newest look at a version that was not cancelled and did not fail."""
    jobs = Job.objects.filter(
        purpose=Job.Purpose.PREVIEW, state=Job.State.ACTIVE, renders__style_version=version
    )
    return (
        jobs.exclude(renders__state=Render.State.FAILED).order_by("-created_at").distinct().first()
    )


def sample_spec(version: StyleVersion) -> dict[str, Any]:
    """Return the spec of a look: two of the style's palettes, two seeds, its first layout."""
    palettes = list(version.palettes.all()[:PALETTES]) or list(Palette.objects.all()[:PALETTES])
    if not palettes:
        raise InvalidInput("There is no palette: add one first.", where="palettes")
    can = DEFAULT_CAPABILITIES | version.checkpoint.capabilities
    side = min(max(LONGEST_PX, can["min_px"]), can["max_px"])
    side -= side % can["multiple_px"]
    layouts = layouts_of(version)
    named = [{"name": palette.slug} for palette in palettes]
    return {
        "version": 1,
        "style": version.style.slug,
        "subject": (version.motif or version.style.slug).replace("-", " "),
        "palette": named[0],
        "composition": {"layout": layouts[0]} if layouts else {},
        "size": {"width_px": side, "height_px": side},
        "vary": {"palette": named},
        "count": PICTURES,
        "seed": SEED,
    }


def _renders(version: StyleVersion, spec: Any) -> list[Render]:
    """Return the unsaved renders of a look, by this version whichever its style uses now."""
    slug = version.style.slug
    plans = expand(spec, limit=PICTURES, policies={slug: version.seed_policy})
    catalogue = Catalogue(plans)
    style = Style.objects.get(pk=version.style_id)
    style.current_version = version
    catalogue.styles[slug] = style
    return compile_renders(plans, lane=Lane.STANDARD, catalogue=catalogue)


@transaction.atomic
def return_to(*, version_id: int, by: User) -> StyleVersion:
    """Make a style look as one of its versions did: a new version with the older one's content.

    Safe to repeat: where the present version has that content already, it stays.

    Raises:
        InvalidInput: the version is of a sketch.
    """
    version = StyleVersion.objects.select_related("style").get(pk=version_id)
    if version.style.is_sketch:
        raise InvalidInput("A sketch is no version of a style: save the style instead.")
    style = Style.objects.select_for_update().get(pk=version.style_id)
    content = content_of(version)
    if style.current_version and content_of(style.current_version) == content:
        return style.current_version
    return next_version(style, created_by=by, **content)


def content_of(version: StyleVersion) -> dict[str, Any]:
    """Return what a version holds, as `next_version` takes it."""
    links = version.style_adapters.select_related("adapter").order_by("adapter_id")
    return {name: getattr(version, name) for name in CONTENT} | {
        "palettes": list(version.palettes.order_by("pk")),
        "adapters": [(link.adapter, link.weight) for link in links],
    }
