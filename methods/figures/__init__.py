"""Plotly figures of evaluation's results, one builder for page, lab and report alike."""
