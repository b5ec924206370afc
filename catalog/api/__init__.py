"""The shop for programs, mounted at `/api/v1/` by `genart/api`: one router per subject.

Reading works needs no token. Each router is a file; name it here.
"""

from catalog.api.terms import router as terms
from catalog.api.verify import router as verify
from catalog.api.works import router as works

ROUTERS = (works, terms, verify)
