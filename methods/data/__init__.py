"""Annotated images: readers, and what training makes of them."""
