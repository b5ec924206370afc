"""What to make next: from what the works of each arm met to a plan of renders with propensities."""
