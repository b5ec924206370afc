"""Addresses of what helps to find and keep: suggestions, pictures, searches, lightboxes."""

from django.urls import path

from catalog.views import finding, lightboxes

urlpatterns = [
    path("suggest/", finding.suggest, name="suggest"),
    path("search/picture/", finding.show_picture, name="show_picture"),
    path("saved/", finding.saved, name="saved"),
    path("saved/new/", finding.save_asked, name="save_search"),
    path("saved/save/", finding.save, name="save_search_do"),
    path("saved/<int:pk>/", finding.open_saved, name="saved_open"),
    path("saved/<int:pk>/change/", finding.change_saved, name="saved_change"),
    path("lightboxes/", lightboxes.index, name="lightboxes"),
    path("lightboxes/new/", lightboxes.make, name="lightbox_make"),
    path("lightboxes/add/", lightboxes.add, name="lightbox_add"),
    path("lightboxes/<uuid:pk>/", lightboxes.show, name="lightbox"),
    path("lightboxes/<uuid:pk>/change/", lightboxes.change, name="lightbox_change"),
    path("lightboxes/<uuid:pk>/buy/", lightboxes.buy, name="lightbox_buy"),
    path("lightbox/<slug:secret>/", lightboxes.shared, name="lightbox_shared"),
]
