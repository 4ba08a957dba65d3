"""Figures, one module each: every one takes a view and gives a matplotlib figure that nothing else holds."""
