"""From a situation to a brief: what is said, in which order, with which numbers."""
