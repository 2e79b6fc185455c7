"""Annotated photos: readers, and what training makes of them."""
