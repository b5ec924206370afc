"""Pages of people: how one gets in, what proves one, where one is signed in."""
