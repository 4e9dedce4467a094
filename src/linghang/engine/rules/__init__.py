"""Rules: what a checked scheme means, resolved into a plan that every backend executes alike."""
