"""Estimates from figures: flows from stocks, what drives them, what they are worth. Needs the extra `engines` or `drivers`."""
