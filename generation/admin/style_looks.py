"""Looks at styles in the admin: what the form holds, and versions side by side.

A look is four small renders that are never judged or sold (`services/samples.py`). The pages ask
for it again and again until it is finished; without JavaScript a link does the same.
"""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from genart.lib.errors import InvalidInput
from generation import previews
from generation.models import Job, Render, Style, StyleVersion
from generation.services.samples import draw_samples, return_to, samples_of, sketch
from generation.styles import CONTENT

COMPARED = 2
MOST_COMPARED = 4


class StyleLooks:
    """The further addresses of the admin of styles."""

    admin_site: Any
    model: Any

    def get_urls(self) -> list[Any]:
        """Return the addresses of looks before those of every admin."""
        own = [
            ("look/", self.look, "look"),
            ("looks/<uuid:job_id>/", self.samples, "samples"),
            ("<int:style_id>/compare/", self.compare, "compare"),
            ("versions/<int:version_id>/look/", self.look_at_version, "look_at_version"),
            ("versions/<int:version_id>/return/", self.return_to_version, "return_to"),
        ]
        wrap = self.admin_site.admin_view
        named = [
            path(route, wrap(view), name=f"generation_style_{name}") for route, view, name in own
        ]
        return named + super().get_urls()  # type: ignore[misc]

    def look(self, request: HttpRequest) -> HttpResponse:
        """Render what the form holds, saved or not."""
        self._allow(request)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:generation_style_changelist"))
        instance = Style.objects.filter(slug=request.POST.get("slug", ""), is_sketch=False).first()
        form = self.get_form(request)(request.POST, instance=instance)  # type: ignore[attr-defined]
        if not form.is_valid():
            return self._answer(request, {"form": form})
        try:
            version = sketch(content=form.content(), by=request.user)  # type: ignore[arg-type]
            job = draw_samples(version=version, by=request.user)  # type: ignore[arg-type]
        except InvalidInput as error:
            return self._answer(request, {"problem": error})
        return self._answer(request, pictures_of(job))

    def samples(self, request: HttpRequest, job_id: UUID) -> HttpResponse:
        """Show how far a look is."""
        self._allow(request)
        job = get_object_or_404(Job, pk=job_id, purpose=Job.Purpose.PREVIEW)
        return self._answer(request, pictures_of(job))

    def compare(self, request: HttpRequest, style_id: int) -> HttpResponse:
        """Show versions of a style side by side: what differs, and the same pictures by each."""
        self._allow(request)
        style = get_object_or_404(Style, pk=style_id, is_sketch=False)
        versions = list(
            style.versions.select_related("checkpoint", "created_by", "embedding").order_by(
                "-number"
            )
        )
        chosen = chosen_versions(request, versions)
        context = admin.site.each_context(request) | {
            "title": f"Versions of {style.name}",
            "style": style,
            "opts": self.model._meta,
            "versions": [(version, version in chosen) for version in versions],
            "columns": [(version, looked(version)) for version in chosen],
            "differences": differences(chosen),
            "may_change": self.has_change_permission(request, style),  # type: ignore[attr-defined]
        }
        return render(request, "admin/generation/style/compare.html", context)

    def look_at_version(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Render the look at one version."""
        self._allow(request)
        version = get_object_or_404(StyleVersion.objects.select_related("style"), pk=version_id)
        if request.method == "POST":
            try:
                job = draw_samples(version=version, by=request.user)  # type: ignore[arg-type]
            except InvalidInput as error:
                return self._answer(request, {"problem": error})
            if request.headers.get("HX-Request"):
                return self._answer(request, pictures_of(job))
        return HttpResponseRedirect(
            reverse("admin:generation_style_compare", args=[version.style_id])
        )

    def return_to_version(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """Make a style look as an older version did."""
        self._allow(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        version = return_to(version_id=version_id, by=request.user)  # type: ignore[arg-type]
        messages.success(request, f"{version.style} uses version {version.number} now.")
        return HttpResponseRedirect(
            reverse("admin:generation_style_change", args=[version.style_id])
        )

    def _allow(self, request: HttpRequest) -> None:
        """Refuse who may not change styles."""
        if not self.has_change_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied

    def _answer(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Return the look for htmx, or on a page of its own."""
        part = "admin/generation/style/samples.html"
        if request.headers.get("HX-Request"):
            return render(request, part, context)
        page = admin.site.each_context(request) | context
        page |= {"title": "A look at the style", "opts": self.model._meta, "part": part}
        return render(request, "admin/generation/style/look.html", page)


def pictures_of(job: Job) -> dict[str, Any]:
    """Return a look as its partial shows it."""
    renders = list(job.renders.order_by("index"))
    previews.watch(job.pk)
    rendering = [row.pk for row in renders if row.state == Render.State.RENDERING]
    shown = previews.latest(rendering)
    return {
        "job": job,
        "samples": [(row, shown.get(row.pk)) for row in renders],
        "is_over": all(
            row.state not in (Render.State.QUEUED, Render.State.RENDERING) for row in renders
        ),
    }


def looked(version: StyleVersion) -> dict[str, Any] | None:
    """Return the look at a version, if there is one."""
    job = samples_of(version)
    return pictures_of(job) if job else None


def chosen_versions(request: HttpRequest, versions: list[StyleVersion]) -> list[StyleVersion]:
    """Return the versions that were asked for, else the newest, newest first."""
    asked = request.GET.getlist("version")
    chosen = [version for version in versions if str(version.number) in asked]
    return (chosen or versions[:COMPARED])[:MOST_COMPARED]


def differences(versions: list[StyleVersion]) -> list[tuple[str, list[str]]]:
    """Return the facts in which versions differ, each with its value for every version."""
    rows = []
    for name in CONTENT:
        values = [said(getattr(version, name)) for version in versions]
        rows.append((name.replace("_", " "), values))
    rows.append(("palettes", [said([*version.palettes.all()]) for version in versions]))
    worn = [version.style_adapters.select_related("adapter") for version in versions]
    rows.append(("adapters", [said([*links]) for links in worn]))
    return [(name, values) for name, values in rows if len(set(values)) > 1]


def said(value: Any) -> str:
    """Return a value in words."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {part}" for key, part in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value not in (None, "") else "–"
