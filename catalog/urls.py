"""Addresses of `catalog`, mounted at the root."""

from django.contrib.sitemaps.views import index, sitemap
from django.urls import path

from catalog.feeds import NewWorks
from catalog.sitemaps import SITEMAPS
from catalog.urls_papers import urlpatterns as papers
from catalog.views import browse, cart, checkout, credits, shop, site, webhook

app_name = "catalog"
urlpatterns = [
    path("", shop.home, name="home"),
    path("browse/", browse.browse, name="browse"),
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
    path("webhooks/payments/", webhook.receive, name="payment_webhook"),
    path("credits/", credits.show, name="credits"),
    path("credits/<slug:slug>/", checkout.pack, name="credit_pack"),
    *papers,
    path("feeds/new.atom", NewWorks(), name="feed"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "catalog:sitemap"},
         name="sitemap_index"),
    path("sitemap-<section>.xml", sitemap,
         {"sitemaps": SITEMAPS, "template_name": "catalog/sitemap.xml"}, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path("theme/", site.theme, name="theme"),
    path("ui/", site.ui_gallery, name="ui"),
    path("media/<path:name>", site.media, name="media"),
]  # fmt: skip
