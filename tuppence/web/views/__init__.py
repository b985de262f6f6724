"""Views: decode what was sent, call one operation, encode what came back."""
