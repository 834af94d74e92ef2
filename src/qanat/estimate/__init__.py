"""Estimates from figures: flows from stocks, how they came to be, what drives them. Needs the extra `engines` or `drivers`."""
