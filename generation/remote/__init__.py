"""Other people's compute: clients of its providers, the router, and the loop between the two."""
