"""Where a phone wants to be rung: `PUT` and `DELETE /sync/v1/push-subscription`."""

from __future__ import annotations

from flask import Response, current_app

from app.db import db, transaction, utc_now
from app.domain.push import subscription
from app.models import Device
from app.services import subscriptions
from sync.protocol import PushSubscription
from sync.wire import bp, nothing, phone, read


@bp.put("/push-subscription")
def subscribe() -> Response:
    """Alert this phone here; sealed at once, so that this process cannot read it again."""
    said = read(PushSubscription)
    device = phone()
    told = subscription(
        {
            "endpoint": said.endpoint,
            "keys": {"p256dh": said.keys.p256dh, "auth": said.keys.auth},
        },
        current_app.config["SIAGA"].push_test_origin,
    )
    with transaction():
        subscriptions.keep(told, db.session.get_one(Device, device.id), now=utc_now())
    return nothing()


@bp.delete("/push-subscription")
def unsubscribe() -> Response:
    """Alert this phone no more."""
    device = phone()
    with transaction():
        subscriptions.drop(device)
    return nothing()
