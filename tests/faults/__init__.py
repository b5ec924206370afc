"""Break a running factory on purpose, and see what is left of it.

`running.py` starts a real factory (`manage.py run_factory`) on a disk of its own (`disk.py`), with
a proxy before its database and its broker (`proxy.py`) and clocks that can be put wrong
(`clock.py`). `customers.py` keeps it busy and remembers what it was promised. `accidents.py` says
what can happen; `campaign.py` lets it happen, from a fixed seed, and measures how soon the factory
is whole again (`probes.py`); `reckoning.py` then waits until it is at rest and looks for what is
lost or doubled.
"""
