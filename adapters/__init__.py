"""One folder per outside system. Adapters know the core and never each other."""
