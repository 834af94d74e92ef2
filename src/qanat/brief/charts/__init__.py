"""Charts: one figure, one drawing, the same bytes for page, notebook, PDF and download. Pure Python."""
