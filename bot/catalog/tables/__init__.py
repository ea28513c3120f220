"""Tables that somebody sent, whatever program wrote them."""
