"""Addresses of `catalog`, mounted at the root."""

from django.urls import path

from catalog.consumers import AutopilotConsumer
from catalog.feeds import feed
from catalog.urls_demand import urlpatterns as demand
from catalog.urls_finding import urlpatterns as finding
from catalog.urls_papers import urlpatterns as papers
from catalog.urls_provenance import urlpatterns as provenance
from catalog.views import (
    autopilot,
    browse,
    cart,
    checkout,
    comp,
    credits,
    landing,
    machines,
    sales,
    shop,
    site,
    verify,
    webhook,
)
from genart.lib.languages import in_languages

app_name = "catalog"
pages = [
    path("", shop.home, name="home"),
    path("browse/", browse.browse, name="browse"),
    path("browse/colour/<slug:value>/", landing.color, name="browse_color"),
    path("browse/category/<slug:value>/", landing.category, name="browse_category"),
    path("browse/<slug:value>/", landing.style, name="browse_style"),
    path("art/<slug:slug>/", shop.artwork, name="artwork"),
    path("collections/", browse.collections, name="collections"),
    path("collections/<slug:slug>/", browse.collection, name="collection"),
    path("licences/", shop.licences, name="licences"),
    path("licences/<slug:slug>/", shop.licence, name="licence"),
    path("cart/", cart.show, name="cart"),
    path("cart/add/", cart.add, name="cart_add"),
    path("cart/change/", cart.change, name="cart_change"),
    path("cart/remove/", cart.remove, name="cart_remove"),
    path("cart/code/", cart.code, name="cart_code"),
    path("checkout/", checkout.start, name="checkout"),
    path("checkout/return/<uuid:order_id>/", checkout.returned, name="checkout_return"),
    path("pay/<slug:reference>/", checkout.test_pay, name="test_pay"),
    path("credits/", credits.show, name="credits"),
    path("credits/<slug:slug>/", checkout.pack, name="credit_pack"),
    *demand,
    *finding,
    *papers,
    path("verify/", verify.verify, name="verify"),
    path("creator/", site.creator, name="creator"),
]  # fmt: skip
urlpatterns = [
    in_languages(*pages),
    # What programs read, and what is the same in every language.
    path("art/<slug:slug>.md", machines.markdown, name="artwork_markdown"),
    path("art/<slug:slug>/comp/", comp.comp, name="comp"),
    path("webhooks/payments/", webhook.receive, name="payment_webhook"),
    *provenance,
    path("feeds/new.atom", feed, name="feed"),
    path("feeds/<slug:style>.atom", feed, name="style_feed"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", machines.sitemap, name="sitemap"),
    path("studio/autopilot/", autopilot.autopilot, name="autopilot"),
    path("studio/autopilot/act/", autopilot.act, name="autopilot_act"),
    path("studio/sales/", sales.sales, name="sales"),
    path("studio/sales/lines.csv", sales.sales_csv, name="sales_csv"),
    path("robots.txt", machines.robots, name="robots"),
    path("llms.txt", machines.llms, name="llms"),
    path("theme/", site.theme, name="theme"),
    path("ui/", site.ui_gallery, name="ui"),
    path("media/<path:name>", site.media, name="media"),
]  # fmt: skip
websocket_urlpatterns = [path("ws/autopilot/", AutopilotConsumer.as_asgi())]
