"""Jobs and renders: records, to look at only. What can be done with them is in the studio."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from genart.lib.records import ReadOnlyAdmin
from generation.admin.compute import RenderEventInline
from generation.admin.embeddings import embed
from generation.admin.pictures import swatches, thumbnails
from generation.models import Job, Render

STRIP = 24


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = [
        "title",
        "owner",
        "renders_done",
        "purpose",
        "tier",
        "lane",
        "priority",
        "state",
        "created_at",
    ]
    list_filter = ["state", "purpose", "tier", "lane"]
    list_select_related = ["owner"]
    search_fields = ["title", "id", "owner__username", "collection"]
    date_hierarchy = "created_at"
    readonly_fields = ["studio", "pictures"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        done = Count("renders", filter=Q(renders__state=Render.State.RENDERED))
        return super().get_queryset(request).annotate(done=done, all=Count("renders"))

    @admin.display(description="rendered")
    def renders_done(self, job: Any) -> str:
        return f"{job.done} of {job.all}"

    @admin.display
    def studio(self, job: Job) -> SafeString:
        return format_html('<a href="{}">Live page in the studio</a>', job.get_absolute_url())

    @admin.display
    def pictures(self, job: Job) -> SafeString | str:
        return thumbnails(job.renders.filter(state=Render.State.RENDERED)[:STRIP])


@admin.register(Render)
class RenderAdmin(ReadOnlyAdmin):
    actions = [embed]
    list_display = ["picture", "job", "index", "state", "seed", "palette_name", "layout", "worker"]
    list_display_links = ["picture", "job"]
    list_filter = ["state", "lane", "checkpoint", "provider", "palette_name"]
    list_select_related = ["job"]
    list_per_page = 50
    search_fields = ["id", "job__title", "prompt", "=seed"]
    readonly_fields = ["history", "large_picture", "colours"]
    inlines = [RenderEventInline]

    @admin.display
    def picture(self, render: Render) -> SafeString | str:
        if render.state != Render.State.RENDERED:
            return "–"
        address = reverse("generation:render_thumb", args=[render.pk])
        return format_html('<img class="admin-thumb" src="{}" alt="" loading="lazy">', address)

    @admin.display
    def history(self, render: Render) -> SafeString:
        address = reverse("generation:render", args=[render.pk])
        return format_html('<a href="{}">Every attempt, in the studio</a>', address)

    @admin.display
    def large_picture(self, render: Render) -> SafeString | str:
        if render.state != Render.State.RENDERED:
            return "–"
        address = reverse("generation:render_image", args=[render.pk])
        return format_html('<img class="admin-preview" src="{}" alt="{}">', address, render.prompt)

    @admin.display
    def colours(self, render: Render) -> SafeString:
        return swatches(render.slots)
