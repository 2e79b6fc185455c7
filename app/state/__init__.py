"""What one visitor has, and for how long it is kept."""
