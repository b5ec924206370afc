"""Who may open an order: its account, or who holds its secret, as a guest does.

A secret that came with an address is kept in the session, so that later addresses need none.
"""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.crypto import constant_time_compare

from catalog.models import Order

SESSION_KEY = "orders"
KEPT = 20


def find_order(request: HttpRequest, order_id: UUID) -> Order:
    """Return an order that the visitor may open; 404 for every other."""
    order = Order.objects.select_related("buyer").filter(pk=order_id).first()
    if order is None or not may_open(request, order):
        raise Http404("There is no such order here. Sign in, or use the link in your mail.")
    return order


def may_open(request: HttpRequest, order: Order) -> bool:
    """Tell whether the visitor may see an order."""
    if order.buyer_id is not None and order.buyer_id == request.user.pk:
        return True
    given = request.GET.get("key", "") or request.session.get(SESSION_KEY, {}).get(str(order.pk))
    if not given or not constant_time_compare(str(given), order.secret):
        return False
    remember(request, order)
    return True


def remember(request: HttpRequest, order: Order) -> None:
    """Let this visitor open the order from now on."""
    kept = request.session.get(SESSION_KEY, {})
    if kept.get(str(order.pk)) != order.secret:
        recent = dict(list(kept.items())[-KEPT + 1 :])
        request.session[SESSION_KEY] = recent | {str(order.pk): order.secret}
