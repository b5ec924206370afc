"""How much is new in somebody's saved searches and wishes: the badge in the header of every page.

Counting asks every saved search, so it is done once in some minutes and remembered in the cache.
Where the cache does not answer there is no badge, and pages go on.
"""

from django.core.cache import cache
from django.db.models import Q
from redis.exceptions import RedisError

from catalog.services.searches import count_new
from genart.accounts.models import User

KEEP_SECONDS = 300


def news_for(user: User) -> int:
    """Return how many works of saved searches, and wishes come true, an account has not seen."""
    asks = Q(saved_searches__isnull=False) | Q(wishes__isnull=False)
    if not User.objects.filter(asks, pk=user.pk).exists():
        return 0
    key = f"saved-news:{user.pk}"
    try:
        known = cache.get(key)
        if known is None:
            known = sum(count_new(saved) for saved in user.saved_searches.all())
            known += user.wishes.filter(state="told", seen_at=None).count()
            cache.set(key, known, KEEP_SECONDS)
    except RedisError:
        return 0
    return int(known)


def forget_news(user: User) -> None:
    """Count anew at the next page: something was seen, saved or deleted."""
    try:
        cache.delete(f"saved-news:{user.pk}")
    except RedisError:
        return
