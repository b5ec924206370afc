"""Parts of the catalog measurements: `make bench ONLY=catalog.<part>`."""
