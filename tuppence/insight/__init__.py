"""What the books say of the platform as a whole: published figures, each with its formula."""
