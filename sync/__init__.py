"""Between cadres' phones and the server: receive, open, hand out, ring."""
