"""Telling: figures handed in, cited pages and charts handed out; never reads the store."""
