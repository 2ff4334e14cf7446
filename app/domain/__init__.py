"""Words and rules of the work: pure functions on the standard library, nothing that happens."""
