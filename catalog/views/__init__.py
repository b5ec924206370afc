"""Pages of the shop, one file a part of it. Every page works without JavaScript.

A request by htmx gets the part of the same template that changes: `page.html#part`.
"""
