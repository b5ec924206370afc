"""What visitors show that they want: signals, trends, gaps, and notices when a gap is filled."""
