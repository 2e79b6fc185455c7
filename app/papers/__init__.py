"""What each paper publishes, transcribed from its tables."""
