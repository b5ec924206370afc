"""What a visitor or a program is told while the database, the broker or the disk is away.

Django asks for the answer to every error that nobody caught, of views and of middleware alike. One
of the world passes: it is answered 503, to be tried again, and not 500, which says that we erred.
"""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext, gettext_noop
from django.views.defaults import server_error as broken

from genart.lib.errors import Unavailable
from genart.lib.outages import is_outage

RETRY_SECONDS = 5
SENTENCE = gettext_noop(
    "Part of the shop does not answer just now. Nothing was changed: try again in a moment."
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error that nobody caught. Asks neither database nor session: they may be away."""
    error = sys.exc_info()[1]
    if error is None or not is_outage(error):
        return broken(request)
    return unavailable(request.path, SENTENCE)


def unavailable(path: str, sentence: str) -> HttpResponse:
    """Return the answer, for a person or a program, to whatever is asked at a path."""
    answer: HttpResponse
    if path.startswith("/api/"):
        answer = JsonResponse(Unavailable(sentence).as_dict(), status=Unavailable.status)
    else:
        page = render_to_string("503.html", {"sentence": gettext(sentence)})
        answer = HttpResponse(page, status=Unavailable.status)
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer
