"""Orders, grants and payment events: records, to look at only."""

from django.contrib import admin

from catalog.models import Grant, Order, OrderLine, PaymentEvent
from genart.lib.records import ReadOnlyAdmin
from genart.templatetags.ui import money


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    extra = 0
    can_delete = False


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ["id", "buyer", "state", "total", "gateway", "created_at", "paid_at"]
    list_filter = ["state", "gateway"]
    list_select_related = ["buyer"]
    search_fields = ["id", "buyer__username", "gateway_reference"]
    date_hierarchy = "created_at"
    inlines = [OrderLineInline]

    @admin.display(description="total", ordering="total_cents")
    def total(self, order: Order) -> str:
        return money(order.total_cents)


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    list_display = ["artwork", "buyer", "licence", "granted_at", "downloads"]
    list_select_related = ["artwork", "buyer", "licence"]
    search_fields = ["buyer__username", "artwork__title"]


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
    list_display = ["event_id", "kind", "gateway", "received_at"]
    list_filter = ["kind", "gateway"]
    search_fields = ["event_id"]
