"""What sells steers what is made: policy, guardrails, cycle, dashboard."""
