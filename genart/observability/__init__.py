"""What can be seen of a running factory: log lines, traces, reports of errors, counters.

Ids that all of them share are bound in `genart/lib/tracing.py`; secrets are left out by
`genart/lib/redaction.py`. What is counted in rows is read by `generation/metrics.py` and
`genart/health`; here is only what no row keeps.
"""
