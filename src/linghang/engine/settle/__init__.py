"""Settlement: a plan and facts become statements. `run.settle` is the door; `reference` says slowly what is meant."""
