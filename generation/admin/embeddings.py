"""Style embeddings and pictures to follow: records, to look at.

Embeddings are made of works: by an action on renders, or on a job's page. Pictures are added in the
studio.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from genart.lib.errors import GenartError
from genart.lib.records import ReadOnlyAdmin
from generation.admin.pictures import thumbnails
from generation.models import ControlImage, Render, StyleEmbedding
from generation.services.embeddings import make_embedding

SHOWN = 24


@admin.register(StyleEmbedding)
class StyleEmbeddingAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "version", "kind", "encoder", "count", "created_at"]
    list_filter = ["kind", "encoder"]
    search_fields = ["name", "slug"]
    fields = ["name", "slug", "version", "kind", "encoder", "count", "pictures", "created_at"]
    readonly_fields = ["pictures"]

    @admin.display(description="works")
    def count(self, embedding: StyleEmbedding) -> int:
        return len(embedding.works)

    @admin.display
    def pictures(self, embedding: StyleEmbedding) -> SafeString | str:
        done = Render.objects.filter(pk__in=embedding.works, state=Render.State.RENDERED)
        return thumbnails(done[:SHOWN])


@admin.register(ControlImage)
class ControlImageAdmin(ReadOnlyAdmin):
    list_display = ["small", "name", "width_px", "height_px", "rights", "by", "created_at"]
    list_display_links = ["small", "name"]
    list_select_related = ["by"]
    search_fields = ["name", "sha256", "rights"]
    fields = ["large", "name", "sha256", "width_px", "height_px", "rights", "by", "created_at"]
    readonly_fields = ["large"]

    @admin.display(description="picture")
    def small(self, image: ControlImage) -> SafeString:
        address = reverse("generation:picture", args=[image.sha256])
        return format_html('<img class="admin-thumb" src="{}" alt="" loading="lazy">', address)

    @admin.display(description="picture")
    def large(self, image: ControlImage) -> SafeString:
        address = reverse("generation:picture", args=[image.sha256])
        return format_html('<img class="admin-preview" src="{}" alt="{}">', address, image.name)


@admin.action(description="Make a style embedding of these works", permissions=["view"])
def embed(model_admin: Any, request: HttpRequest, renders: QuerySet[Render]) -> None:
    """Make the mean look of the chosen works the next version of their style's embedding."""
    first = renders.select_related("style_version__style").first()
    if first is None:
        return
    style = first.style_version.style
    works = list(renders.values_list("pk", flat=True))
    try:
        made = make_embedding(slug=style.slug, name=f"Look of {style}"[:120], works=works)
    except GenartError as error:
        model_admin.message_user(request, error.message, messages.ERROR)
    else:
        sentence = f"{made.slug}@{made.version} is made of {len(made.works)} works."
        model_admin.message_user(request, sentence)
