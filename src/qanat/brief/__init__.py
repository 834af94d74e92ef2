"""Telling: figures become a headline, prose, charts and tables in which every number is cited. Knows no store."""
