"""Every way to answer the same question: a declared grid of choices, run in full on cells read once."""
