"""Settlement: a plan and facts become statements. `run.settle` is the door.

`plainly` says slowly what is meant; `backends` price facts on a database; what stands here goes on from there for
all of them: `parts` (chunks of members), `limits`, `grades`, `results`. `explaining` tells how a result came about.
"""
