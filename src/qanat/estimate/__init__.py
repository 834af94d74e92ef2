"""Estimates from figures: flows from stocks and how they came to be. Needs the extra [engines]."""
