"""Readers of other people's weights files; nothing in such a file is ever executed."""
