"""References: published pose networks with their authors' weights, beside the methods that this workbench compares."""
