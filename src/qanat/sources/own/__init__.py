"""Figures a person brings along: files of any agency, read without a record of their source."""
