"""Where gateways post their events. Answers in JSON, since programs read it."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from catalog import services
from catalog.checkout import GATEWAYS, gateway
from catalog.checkout.gateway import BadSignature, Gateway
from genart.lib.errors import NotFound

log = logging.getLogger(__name__)
WEBHOOK_BYTES = 200_000


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take a signed event. A repeated one gets the same answer."""
    body = request.body
    if len(body) > WEBHOOK_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    door = _door(request)
    try:
        signature = request.headers.get(door.signature_header, "")
        event = door.read_event(body=body, signature=signature)
        if event is None:
            return JsonResponse({"ignored": True})
        order = services.settle_payment(event=event)
    except (BadSignature, NotFound) as error:
        log.warning("Payment event refused: %s", error)
        return JsonResponse(error.as_dict(), status=error.status)
    return JsonResponse({"order": str(order.pk), "state": order.state})


def _door(request: HttpRequest) -> Gateway:
    """Return the gateway whose signature a call carries, else the one in use."""
    for name, kind in GATEWAYS.items():
        if kind.signature_header in request.headers:
            return gateway(name)
    return gateway()
