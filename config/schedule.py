"""What the clock does, and when. Everything here may run twice, or late."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "sweep-uncollected": {
        "task": "market.orders.tasks.sweep_uncollected",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    # More often than the next one, so that a page is closed before its order lapses.
    "sweep-payments": {
        "task": "market.orders.tasks.sweep_payments",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "expire-unpaid": {
        "task": "market.orders.tasks.expire_unpaid",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sweep-refunds": {
        "task": "market.orders.tasks.sweep_refunds",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "reconcile-payments": {
        "task": "config.tasks.reconcile_payments",
        "schedule": crontab(minute=20),
        "options": {"expires": 3600},
    },
    "sweep-texts": {
        "task": "people.tasks.sweep_texts",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "remind-of-last-day": {
        "task": "market.orders.tasks.remind_of_last_day",
        "schedule": crontab(hour="9-18", minute=5),
        "options": {"expires": 3600},
    },
    "publish-scheduled": {
        "task": "config.tasks.publish_scheduled",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "close-days": {
        "task": "config.tasks.close_days",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 86_400},
    },
    "check-books": {
        "task": "config.tasks.check_books",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 86_400},
    },
    "cover-costs": {
        "task": "market.open_ledger.tasks.cover_costs",
        "schedule": crontab(hour=3, minute=15),
        "options": {"expires": 86_400},
    },
    "drop-old-sessions": {
        "task": "config.tasks.drop_old_sessions",
        "schedule": crontab(hour=4, minute=0),
        "options": {"expires": 86_400},
    },
    "renew-search-index": {
        "task": "config.tasks.renew_search_index",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 86_400},
    },
}
