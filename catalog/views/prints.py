"""The print file of a licensed work: ask for it, then take it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.provenance.print_files import deliver_print
from catalog.sending import send_bytes
from catalog.services import library as shelf
from catalog.services.prints import ask_print
from catalog.views.library import open_grant
from genart.lib.errors import GenartError


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def print_file(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Send the file, or have it made; without it, and for what was revoked, back to the library."""
    grant = open_grant(request, grant_id)
    try:
        shelf.refuse_revoked(grant)
        if request.method == "POST":
            _ask(request, grant.pk)
            return redirect("catalog:library")
        made = deliver_print(grant)
    except GenartError as error:
        messages.error(request, error.message)
        return redirect("catalog:library")
    if made is None:
        messages.info(request, gettext("There is no print file yet: ask for one beside the work."))
        return redirect("catalog:library")
    return send_bytes(request, made.data, filename=made.filename, content_type=made.content_type)


def _ask(request: HttpRequest, grant_id: UUID) -> None:
    if ask_print(grant_id=grant_id):
        messages.success(
            request, gettext("The print file is being made. Look here again in a minute.")
        )
    else:
        messages.info(request, gettext("The print file is ready."))
