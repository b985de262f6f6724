"""First-party measuring: which pages are looked at, and where their readers came from.

The server sees all of it; no third party's script is loaded. Without consent, where the rulebook
asks for it, pages are counted and nobody is known again.

- `choice.py`: what a browser has agreed to.
- `visitor_cookie.py`: the signed cookie by which a browser that agreed is known again.
- `middleware.py`: one hit for every page shown.
- `beacon.py`: what a page tells after it was shown.
- `stitching.py`: whose browser it turns out to be, at sign-in and registration.
"""
