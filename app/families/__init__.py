"""What the page draws of a family: INTERMEDIATE, its intermediate outputs' type, their LAYERS, and STEPS in words.

`prepare`, where there is one, is given each offered method of the family when it was built.
"""
