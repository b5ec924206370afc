"""Data of earlier releases, and the proof that they come forward whole."""
