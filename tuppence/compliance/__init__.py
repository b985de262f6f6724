"""What the rulebook said and when, complaints with their deadlines, and what is to be published."""
