"""Invoices, credit notes and licence certificates: their facts, and the PDFs drawn from them.

`facts.py` and `certificate_facts.py` say what a paper states; `invoice_pdf.py` and
`certificate_pdf.py` draw it with `sheet.py`. The same facts give the same bytes at any time.
Numbers are given in `catalog/services/papers.py`. reportlab is loaded when something is drawn.
"""
