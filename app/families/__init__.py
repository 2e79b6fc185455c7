"""What the page draws of a family: EVIDENCE, its intermediate outputs' type, their LAYERS, and STEPS in words."""
