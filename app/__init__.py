"""The web page: shows what the library finds. It imports `methods`, never torch."""
