"""Styles: what an admin changes becomes a new version; older ones are shown and never change.

Beside the form stands a look at what it holds, also before it is saved (`style_looks.py`).
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from generation.admin.pictures import thumbnails
from generation.admin.style_form import ADAPTER_SLOTS, CORRIDOR, TOLERANCES, StyleForm
from generation.admin.style_looks import StyleLooks
from generation.models import Render, Style
from generation.styles import next_version

PREVIEWS = 12
VERSIONS_SHOWN = 12


@admin.register(Style)
class StyleAdmin(StyleLooks, admin.ModelAdmin):
    form = StyleForm
    list_display = ["name", "slug", "version", "checkpoint", "tier", "brand", "is_active"]
    list_filter = ["is_active", "tier", "brand"]
    list_select_related = ["current_version__checkpoint"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["history", "recent"]
    save_as = True
    actions = ["archive", "offer_again"]
    change_form_template = "admin/generation/style/change_form.html"
    add_form_template = "admin/generation/style/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: Style | None = None) -> Any:
        adapters = [
            (f"adapter_{number}", f"weight_{number}") for number in range(1, ADAPTER_SLOTS + 1)
        ]
        pictures = ("checkpoint", "motif", "finish", "palettes", "layouts")
        words = ("prompt_template", "negative_prompt")
        numbers = (("steps", "guidance", "scheduler"),)
        return [
            (None, {"fields": ["recent"] if obj else []}),
            (
                "The style",
                {"fields": [("name", "slug"), "description", ("brand", "tier"), "is_active"]},
            ),
            (
                "What it renders with",
                {
                    "fields": [*pictures, *words, *numbers],
                    "description": "Saving a change here makes a new version. Renders keep theirs.",
                },
            ),
            (
                "What is checked",
                {
                    "fields": [
                        tuple(f"tolerance_{name}" for name in TOLERANCES),
                        ("seed_policy", "reseeds"),
                        tuple(f"corridor_{name}" for name in CORRIDOR),
                    ],
                    "description": "What is out of tolerance is rendered anew, with the next seed.",
                    "classes": ["collapse"],
                },
            ),
            (
                "Adapters and look",
                {
                    "fields": [*adapters, ("embedding", "embedding_weight")],
                    "classes": ["collapse"],
                },
            ),
            ("Versions", {"fields": ["history"] if obj else []}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Use the form as it is: its further fields belong to the version, not to the row."""
        return StyleForm

    def save_model(self, request: HttpRequest, obj: Style, form: Any, change: bool) -> None:
        content = form.content() if form.differs() else None
        super().save_model(request, obj, form, change)
        if content is not None:
            version = next_version(obj, created_by=request.user, **content)
            obj.current_version = version
            self.message_user(request, f"{obj.name} uses version {version.number} now.")

    @admin.display(ordering="current_version__number")
    def version(self, style: Style) -> str:
        return f"v{style.current_version.number}" if style.current_version else "none"

    @admin.display(ordering="current_version__checkpoint")
    def checkpoint(self, style: Style) -> str:
        return str(style.current_version.checkpoint) if style.current_version else "–"

    @admin.display(description="made of late")
    def recent(self, style: Style) -> SafeString | str:
        finished = Render.objects.filter(
            style_version__style=style, state=Render.State.RENDERED
        ).order_by("-finished_at")
        return thumbnails(finished[:PREVIEWS])

    @admin.display(description="versions")
    def history(self, style: Style) -> SafeString | str:
        versions = style.versions.select_related("checkpoint", "created_by")[:VERSIONS_SHOWN]
        rows = [
            (
                version.number,
                " (current)" if version.pk == style.current_version_id else "",
                version.created_at.strftime("%-d %b %Y, %H:%M"),
                version.created_by or "the factory",
                version.checkpoint,
                f"{version.steps} steps, guidance {version.guidance:g}, {version.finish}",
                thumbnails(
                    version.render_set.filter(state=Render.State.RENDERED).order_by("-finished_at")[
                        :3
                    ]
                ),
            )
            for version in versions
        ]
        cells = "<tr><th>v{}{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>"
        table = format_html(
            '<div class="admin-scroll"><table>{}</table></div>', format_html_join("", cells, rows)
        )
        compare = reverse("admin:generation_style_compare", args=[style.pk])
        return format_html(
            '{}<p><a class="button" href="{}">Compare versions side by side</a></p>', table, compare
        )

    @admin.action(description="Archive: no longer offered in the studio")
    def archive(self, request: HttpRequest, queryset: Any) -> None:
        count = self._offer(queryset, False)
        self.message_user(request, f"{count} styles were archived.")

    @admin.action(description="Offer again in the studio")
    def offer_again(self, request: HttpRequest, queryset: Any) -> None:
        count = self._offer(queryset, True)
        self.message_user(request, f"{count} styles are offered again.")

    def _offer(self, queryset: Any, is_active: bool) -> int:
        """Save each by itself, so that the audit log tells of it; return how many."""
        for style in queryset:
            style.is_active = is_active
            style.save(update_fields=["is_active"])
        return len(queryset)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what somebody tries and has not saved."""
        return super().get_queryset(request).filter(is_sketch=False)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Styles are archived, never deleted: renders refer to their versions."""
        return False
