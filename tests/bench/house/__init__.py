"""Parts of the house model that are measured apart."""
