"""The search box in every header, what it suggests while somebody types, and the page of all hits."""
