"""What `deploy/` holds, checked by the tools that would read it, as far as one machine allows."""
