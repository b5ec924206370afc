"""Looks at what genart is made of: advisories, licences, a bill of materials, dangerous calls.

`python -m tests.security.supply STEP`; each step works without a network, and is one of `make
check`.
"""
