"""What visitors show that they want: signals, sums, trends, gaps, and notices when one is filled.

    page ─► noting ─► spool ─► shipping ─► storing ─► DemandEvent ─► folding ─► DemandDay ─┐
            (after     (file)   (stream     (COPY)     (a month)       ▲                    ▼
            the answer)         in Redis)                        positions        aggregates, trends
    search without a result ─► failures ─► services/finding ─► DemandGap ─► services/gaps, wishes

Who a visitor is nobody can tell (`visitors.py`). What an arm earned is read by `aggregates.py`,
which takes money from the orders. `catalog/autopilot` decides what is made of it.
"""
