"""What other rooms and the pages may know: plain records and states."""
