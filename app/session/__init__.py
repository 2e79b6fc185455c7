"""What the page keeps for a visitor, and for how long."""
