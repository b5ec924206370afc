"""Parts of the measurements of generation."""
