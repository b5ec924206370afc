"""Style embeddings: records, to look at. They are made of works: an action on renders, or a job."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from genart.lib.errors import GenartError
from genart.lib.records import ReadOnlyAdmin
from generation.admin.pictures import thumbnails
from generation.models import Render, StyleEmbedding
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
