"""The factory on one machine: every server and process of genart under one supervisor.

`manage.py run_factory` is its command. Start reading at `run.py`, which tells the whole course in
order; each other module is one step of it. At scale the same processes run under another
supervisor, on real servers, and nothing here is used.
"""
