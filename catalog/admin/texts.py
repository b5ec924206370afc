"""Every version of what listings say, side by side; take one back or have it written anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from catalog.images import picture_of
from catalog.models import Artwork, TextCall, TextRevision
from catalog.services.texts import revert_texts
from catalog.tasks_texts import write_better
from catalog.texts.rules import language_name
from genart.lib.errors import GenartError
from genart.lib.records import ReadOnlyAdmin

SHOWN = 6
View = Callable[..., HttpResponse]


@admin.register(TextRevision)
class TextRevisionAdmin(ReadOnlyAdmin):
    list_display = ["title", "language", "state", "writer", "mended", "created_at", "beside"]
    list_filter = ["state", "language", "writer"]
    list_select_related = ["artwork"]
    list_per_page = 50
    search_fields = ["title", "artwork__slug", "writer"]
    date_hierarchy = "created_at"
    actions = ["write_anew"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("of/<uuid:artwork_id>/", view(self.history), name="catalog_texts"),
            path("of/<uuid:artwork_id>/anew/", view(require_POST(self.anew)),
                 name="catalog_texts_anew"),
            path("<int:revision_id>/again/", view(require_POST(self.again)),
                 name="catalog_texts_again"),
            *super().get_urls(),
        ]  # fmt: skip

    def history(self, request: HttpRequest, artwork_id: UUID) -> HttpResponse:
        """Show the versions of one work, a table for each language."""
        work = get_object_or_404(Artwork, pk=artwork_id)
        context = self.admin_site.each_context(request) | {
            "title": f"Texts of {work.title}",
            "opts": self.model._meta,
            "work": work,
            "picture": picture_of(work).smallest,
            "languages": by_language(work),
            "may_change": may_change(request),
        }
        return TemplateResponse(request, "admin/catalog/textrevision/history.html", context)

    def again(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        """Say again what an earlier version said."""
        revision = get_object_or_404(TextRevision.objects.select_related("artwork"), pk=revision_id)
        if may_change(request):
            try:
                revert_texts(revision=revision, by=request.user)  # type: ignore[arg-type]
                messages.success(request, f"“{revision.title}” is on the page again.")
            except GenartError as error:
                messages.error(request, f"Not possible: {error}")
        return HttpResponseRedirect(reverse("admin:catalog_texts", args=[revision.artwork_id]))

    def anew(self, request: HttpRequest, artwork_id: UUID) -> HttpResponse:
        """Ring the writers for one work."""
        work = get_object_or_404(Artwork, pk=artwork_id)
        if may_change(request):
            write_better.send(str(work.pk), anew=True)
            messages.success(request, "The writers are at it. Look here again in a moment.")
        return HttpResponseRedirect(reverse("admin:catalog_texts", args=[artwork_id]))

    @admin.action(description="Write the texts of these works anew", permissions=["write"])
    def write_anew(self, request: HttpRequest, queryset: QuerySet[TextRevision]) -> None:
        ids = set(queryset.values_list("artwork_id", flat=True))
        for artwork_id in ids:
            write_better.send(str(artwork_id), anew=True)
        messages.success(request, f"The writers are at {len(ids)} work(s).")

    def has_write_permission(self, request: HttpRequest) -> bool:
        return may_change(request)

    @admin.display(description="mended", boolean=True)
    def mended(self, revision: TextRevision) -> bool:
        return bool(revision.repairs)

    @admin.display(description="all versions")
    def beside(self, revision: TextRevision) -> SafeString:
        address = reverse("admin:catalog_texts", args=[revision.artwork_id])
        return format_html('<a href="{}">Side by side</a>', address)


@admin.register(TextCall)
class TextCallAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "writer", "artwork", "language", "outcome", "tokens", "cents"]
    list_filter = ["outcome", "language", "writer"]
    list_select_related = ["artwork"]
    date_hierarchy = "asked_at"

    @admin.display(description="tokens in, out")
    def tokens(self, call: TextCall) -> str:
        return f"{call.tokens_in}, {call.tokens_out}"

    @admin.display(description="cents", ordering="cost_millicents")
    def cents(self, call: TextCall) -> str:
        return f"{call.cost_millicents / 1000:.3f}"


def may_change(request: HttpRequest) -> bool:
    """Whether the person may change listings."""
    return bool(request.user.has_perm("catalog.change_artwork"))


def by_language(work: Artwork) -> list[dict[str, Any]]:
    """Return the newest versions of each language: the live one first, then as they came."""
    found: dict[str, list[TextRevision]] = {}
    for revision in work.texts.order_by("-created_at", "-pk"):
        found.setdefault(revision.language, []).append(revision)
    return [
        {
            "code": language,
            "name": language_name(language),
            "versions": sorted(versions, key=lambda one: one.state != "live")[:SHOWN],
            "left_out": max(0, len(versions) - SHOWN),
        }
        for language, versions in sorted(found.items(), key=lambda item: item[0] != "en")
    ]
