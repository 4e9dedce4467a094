"""How the example unit is made: people and happenings written by hand, sheets laid out as units keep them."""
