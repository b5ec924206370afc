"""Pages of curation: the review queue, and what curators and admins look after beside it."""
