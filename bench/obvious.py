"""The obvious endpoint, to compare with: Flask and its ORM, one envelope a POST, one commit each.

Written as most would: look the device up by its session, validate by hand, ask whether the envelope
is known, add a row, commit, answer. Same columns, same durability, same server.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask, abort, jsonify, request
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Phone(db.Model):
    id = db.Column(db.Uuid, primary_key=True)
    session_hash = db.Column(db.LargeBinary(32), unique=True, nullable=False)


class Envelope(db.Model):
    seq_on_server = db.Column(db.BigInteger, primary_key=True, autoincrement=True)
    id = db.Column(db.Uuid, unique=True, nullable=False)
    phone_id = db.Column(db.Uuid, db.ForeignKey("phone.id"), index=True, nullable=False)
    kid = db.Column(db.String(64), nullable=False)
    schema = db.Column(db.Integer, nullable=False)
    seq = db.Column(db.BigInteger, nullable=False)
    sha256 = db.Column(db.String(64), nullable=False)
    sealed = db.Column(db.LargeBinary, nullable=False)
    received_at = db.Column(db.DateTime(timezone=True), nullable=False)


def create_app() -> Flask:
    """Return the application, with its tables made."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["OBVIOUS_DATABASE_URL"]
    db.init_app(app)
    with app.app_context():
        db.create_all()

    @app.post("/envelopes")
    def receive():
        reference = request.cookies.get("session", "")
        digest = hashlib.sha256(reference.encode()).digest()
        phone = db.session.execute(db.select(Phone).filter_by(session_hash=digest)).scalar()
        if phone is None:
            abort(401)
        sent = request.get_json()
        try:
            sealed = base64.urlsafe_b64decode(sent["sealed"] + "==")
            envelope_id = UUID(sent["id"])
        except (KeyError, ValueError, binascii.Error):
            abort(422)
        if hashlib.sha256(sealed).hexdigest() != sent["sha256"]:
            abort(422)
        known = db.session.execute(db.select(Envelope).filter_by(id=envelope_id)).scalar()
        if known is not None:
            return jsonify(id=sent["id"], status="duplicate", sha256=known.sha256)
        envelope = Envelope(
            id=envelope_id,
            phone_id=phone.id,
            kid=sent["kid"],
            schema=sent["schema"],
            seq=sent["seq"],
            sha256=sent["sha256"],
            sealed=sealed,
            received_at=datetime.now(UTC),
        )
        db.session.add(envelope)
        db.session.commit()
        return jsonify(id=sent["id"], status="stored", sha256=sent["sha256"])

    return app
