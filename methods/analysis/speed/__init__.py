"""How long things take, each measured in turn in one run."""
