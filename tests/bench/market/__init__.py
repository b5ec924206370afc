"""A simulated shop and its buyers, to measure policies where the truth is known."""
