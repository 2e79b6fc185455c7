"""How good a method is: numbers as typed results."""
