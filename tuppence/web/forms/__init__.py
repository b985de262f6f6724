"""What people type, read strictly: every refusal is a sentence that says what to do."""
