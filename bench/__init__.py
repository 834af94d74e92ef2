"""Measurements: `make bench` prints one JSON document. Never part of a test."""
