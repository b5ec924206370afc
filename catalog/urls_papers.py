"""Addresses of what a buyer has: library, orders, papers, certificates, recovery."""

from django.urls import path

from catalog.views import certificates, library, orders, prints, recovery

urlpatterns = [
    path("library/", library.library, name="library"),
    path("library/find/", recovery.find, name="find_works"),
    path("library/found/<str:secret>/", recovery.found, name="found"),
    path("library/found/<str:secret>/claim/", recovery.claim, name="claim"),
    path("library/<uuid:grant_id>/download/", library.download, name="download"),
    path("library/<uuid:grant_id>/print/", prints.print_file, name="print_file"),
    path("library/<uuid:grant_id>/certificate.pdf", library.certificate, name="certificate_pdf"),
    path("library/<uuid:grant_id>/name/", library.name, name="certificate_name"),
    path("files/<str:token>/", library.file, name="file"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/files.zip", library.bundle, name="order_files"),
    path("orders/<uuid:order_id>/correct/", orders.correct, name="order_correct"),
    path("orders/<uuid:order_id>/invoices/<uuid:invoice_id>.pdf", orders.invoice, name="invoice"),
    path("certificates/", certificates.find, name="certificates"),
    path("certificates/<str:serial>/", certificates.show, name="certificate"),
]
