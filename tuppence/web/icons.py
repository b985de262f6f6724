"""Our icons as paths on a field of 20 by 20, drawn with one line of 1.5."""

SIZE = 20

ICONS = {
    "arrow": "M4 10h12M11 5l5 5-5 5",
    "back": "M16 10H4M9 5l-5 5 5 5",
    "bank": "M3 8l7-4 7 4v1H3zM5 9v6M8.5 9v6M11.5 9v6M15 9v6M3 16h14",
    "check": "M4 10.5l4 4 8-9",
    "clock": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6v4.2l3 1.8",
    "close": "M5 5l10 10M15 5L5 15",
    "coins": "M7.5 5.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M12.5 5.5a4.5 4.5 0 1 1-1.6 8.7",
    "down": "M5 8l5 5 5-5",
    "download": "M10 3v9M6 8.5l4 4 4-4M4 16h12",
    "info": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 9v4.5M10 6.2v.6",
    "letter": "M3 5h14v10H3zM3 5.5l7 5.5 7-5.5",
    "lock": "M5 9h10v7H5zM7 9V7a3 3 0 0 1 6 0v2",
    "loss": "M4 6l5 5 3-3 4 5M16 9v4h-4",
    "moon": "M15.5 12.5A6.5 6.5 0 0 1 7.5 4.5a6.5 6.5 0 1 0 8 8z",
    "paper": "M5 3h7l3 3v11H5zM12 3v3h3M8 9.5h4M8 12.5h4",
    "person": "M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6M4 17c.5-3.5 3-5 6-5s5.5 1.5 6 5",
    "plus": "M10 4v12M4 10h12",
    "print": "M6 8V3h8v5M4 8h12v6h-2M6 14H4V8M6 12h8v5H6z",
    "scales": "M10 3v14M6 17h8M4 6h12M4 6l-2 5h4zM16 6l-2 5h4z",
    "search": "M9 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10M12.7 12.7L17 17",
    "sun": "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 2v2M10 16v2M2 10h2M16 10h2"
    "M4.5 4.5l1.3 1.3M14.2 14.2l1.3 1.3M15.5 4.5l-1.3 1.3M5.8 14.2l-1.3 1.3",
    "undo": "M4 8h8a4 4 0 0 1 0 8H8M7 4.5L3.5 8 7 11.5",
    "warning": "M10 3l7.5 13h-15zM10 8v4M10 13.7v.5",
}
