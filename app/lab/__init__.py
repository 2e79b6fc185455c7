"""The lab's pages: data sets, results files and comparisons, with the same engine and figures as the page."""
