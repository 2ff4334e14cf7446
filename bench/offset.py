"""The obvious queue, to compare with: a status index, a count, and OFFSET; page n of so many.

Written as most would: one table with all that a line says, in the clear, the ORM, `paginate`, a
plain template. It opens nothing that is sealed, has no rail, and knows nobody.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from flask import Flask, render_template_string, request
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()

LINES = 25
TABLE = """
CREATE TABLE tickets AS
SELECT f.id, upper(left(f.id::text, 5)) AS code, CASE WHEN f.open THEN 'open' ELSE 'closed' END
       AS status, f.risk, 'physical, psychological'::text AS kinds, 'Female, 25-44'::text AS who,
       a.name AS village, 'Kader'::text AS cadre, ''::text AS holder, f.due_at
FROM referrals f JOIN areas a ON a.code = f.village;
ALTER TABLE tickets ADD PRIMARY KEY (id);
CREATE INDEX tickets_status ON tickets (status);
"""
PAGE = """<!doctype html><title>Queue</title><h1>Queue</h1><p>{{ page.total }} open</p><table>
{% for t in page.items %}<tr><td>{{ t.due_at.strftime("%d %b %H:%M") }}{% if t.due_at < now %} late
{% endif %}</td><td>{{ t.risk }}</td><td><a href="/tickets/{{ t.id }}">{{ t.code }}</a></td>
<td>{{ t.kinds }}<small>{{ t.who }}</small></td><td>{{ t.village }}</td><td>{{ t.cadre }}</td>
<td>{{ t.holder }}</td></tr>{% endfor %}</table>
{% if page.has_next %}<a href="/?page={{ page.next_num }}">Next</a>{% endif %}"""


class Ticket(db.Model):
    __tablename__ = "tickets"

    id = db.Column(db.Uuid, primary_key=True)
    code = db.Column(db.Text)
    status = db.Column(db.Text, index=True)
    risk = db.Column(db.Text)
    kinds = db.Column(db.Text)
    who = db.Column(db.Text)
    village = db.Column(db.Text)
    cadre = db.Column(db.Text)
    holder = db.Column(db.Text)
    due_at = db.Column(db.DateTime(timezone=True))


def create_app() -> Flask:
    """Return the application; its table is made by who fills it."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["OFFSET_DATABASE_URL"]
    db.init_app(app)

    @app.get("/")
    def queue():
        wanted = db.select(Ticket).filter_by(status="open").order_by(Ticket.due_at)
        page = db.paginate(wanted, page=request.args.get("page", 1, type=int), per_page=LINES)
        return render_template_string(PAGE, page=page, now=datetime.now(UTC))

    return app
