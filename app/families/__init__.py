"""What the page draws of a family: INTERMEDIATE, its intermediate outputs' type, their LAYERS, and STEPS in words."""
