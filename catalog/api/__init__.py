"""The shop for programs, mounted at `/api/v1/` by `genart/api`: one router per subject.

Reading works needs no token. Each router is a file; name it here.
"""

from catalog.api.certificates import router as certificates
from catalog.api.lightboxes import router as lightboxes
from catalog.api.terms import router as terms
from catalog.api.texts import router as texts
from catalog.api.verify import router as verify
from catalog.api.works import router as works

ROUTERS = (works, lightboxes, texts, terms, certificates, verify)
