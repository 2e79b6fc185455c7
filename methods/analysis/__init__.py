"""Where and why methods differ: what is measured beyond the metrics, and over whole data sets."""
