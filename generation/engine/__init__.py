"""Runs diffusers pipelines. Knows no Django, no rows, no queue: requests in, images out.

`session.py` is the entrance; `families/` has one file for each family of pipelines.
Imports torch: only workers and tests import this package.
"""

import os

# Threads that wait for each other should sleep, not spin: other processes use the cores too.
# Read once, when torch loads OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
