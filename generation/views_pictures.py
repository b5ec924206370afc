"""Pictures that specs may follow: the studio's list of them, and a form to add one."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from genart.accounts.models import User
from genart.lib.errors import GenartError
from generation import services
from generation.models import ControlImage

studio = permission_required("generation.add_job", raise_exception=True)
SHOWN = 60


class PictureForm(forms.Form):
    """A picture, its name, and why it may serve."""

    image = forms.FileField(help_text="PNG, JPEG or WebP, at most 20 MB and 25 megapixels.")
    name = forms.CharField(max_length=120)
    rights = forms.CharField(
        max_length=200, help_text="Whose it is, and why it may serve: own drawing, licence bought …"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@studio
def pictures(request: HttpRequest) -> HttpResponse:
    """List the pictures; take one in."""
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, is_new = services.keep_picture(
                content=form.cleaned_data["image"].read(),
                name=form.cleaned_data["name"],
                rights=form.cleaned_data["rights"],
                by=request.user if isinstance(request.user, User) else None,
            )
        except GenartError as error:
            form.add_error(error.where if error.where in form.fields else None, error.message)
        else:
            messages.success(request, f"{row.name} {'is kept' if is_new else 'was kept before'}.")
            return redirect("generation:pictures")
    rows = ControlImage.objects.select_related("by")[:SHOWN]
    context = {"form": form, "rows": rows}
    status = 422 if form.errors else 200
    return render(request, "generation/pictures.html", context, status=status)


@require_GET
@login_required
@studio
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """Answer with a picture that specs may follow; it never changes."""
    row = get_object_or_404(ControlImage, sha256=sha256)
    try:
        with storages["originals"].open(row.file) as file:
            response = HttpResponse(file.read(), content_type="image/png")
    except FileNotFoundError:
        raise Http404("This picture's file is missing.") from None
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
