"""Each method's pipeline as steps on the current photo, in words that a student follows."""
