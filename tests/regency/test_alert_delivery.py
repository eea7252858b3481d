"""Messages: their outbox, and Apprise to a real mail server and webhook on loopback."""

import asyncio
import logging
import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest
from alerts_lab import HandWatch, device, with_alerts
from regency_lab import PLANTED_NIK, free_port
from sqlalchemy import select, update

from anjungan.regency.alerts import delivery as delivery_module
from anjungan.regency.alerts import outbox as outbox_module
from anjungan.regency.alerts.delivery import Delivery, send_with_apprise
from anjungan.regency.alerts.kinds import AlertKind, Severity
from anjungan.regency.alerts.message_texts import MessageText, compose_trial
from anjungan.regency.alerts.outbox import (
    claim_next,
    delete_old_messages,
    enqueue,
    newest_messages,
    routes_for,
)
from anjungan.regency.alerts.settings import Route
from anjungan.regency.alerts.telling import Occasion
from anjungan.regency.settings import SettingsError, load_settings
from anjungan.regency.store.tables import ALERT_MESSAGES
from anjungan.regency.web.alerts.words import message_sign, problem_words

# Apprise looks for a module that Python 3.13 does not have any more
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TEXT = MessageText("Mendesak: Kertas habis", "Kertas habis.\nPeringatan nomor 7")
SECRET = "rahasia-sekali"


class MailSink:
    """A mail server of a few words (RFC 5321) on a loopback port that keeps what it takes."""

    def __init__(self):
        self.port = free_port()
        self.mails = []
        self._loop = asyncio.new_event_loop()
        self._started = threading.Event()
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def __enter__(self):
        self._thread.start()
        assert self._started.wait(20)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(20)
        self._loop.close()

    async def _run(self):
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)
        async with server:
            self._started.set()
            await self._stopped.wait()

    async def _talk(self, reader, writer):
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                mail = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(mail[:-3], policy=policy.default))
            if word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            if word != b"DATA" or mail:
                writer.write(b"250 yes\r\n")
        writer.close()


class Hook:
    """A webhook receiver that answers as told and keeps what it was sent."""

    def __init__(self):
        self.taken = []
        self.status = 200
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.taken.append(msgspec.json.decode(body))
                self.send_response(sink.status)
                self.end_headers()

            def log_message(self, *_):
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join(20)
        self._server.server_close()


@pytest.fixture
def mail_sink():
    with MailSink() as sink:
        yield sink


@pytest.fixture
def hook():
    with Hook() as hook:
        yield hook


@pytest.fixture
def put(database, clock):
    """Put a message into the outbox for routes."""

    def enqueue_for(*names):
        routes = [Route(name=name, url="json://127.0.0.1:9") for name in names]
        with database.writing() as connection:
            enqueue(
                connection,
                incident_id=None,
                occasion=Occasion.TRIAL,
                routes=routes,
                text=TEXT,
                now=clock(),
            )

    return enqueue_for


@pytest.fixture
def messages(database):
    def read():
        with database.reading() as connection:
            return list(reversed(newest_messages(connection, 50)))

    return read


class Sender:
    """Answers by route and counts."""

    def __init__(self, **answers):
        self.answers = answers
        self.sent = []

    def __call__(self, url, text):
        name = url.rpartition("/")[2]
        self.sent.append(name)
        answer = self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer


def deliverer(database, sender):
    routes = [Route(name=name, url=f"json://127.0.0.1:9/{name}") for name in sender.answers]
    return Delivery(database, routes, send=sender, jitter=lambda low, high: high)


def test_a_mail_and_a_webhook_of_one_incident(
    *, settings, database, clock, intake, kiosk, mail_sink, hook
):
    people = "from=anjungan@blitar.example&to=piket@blitar.example"
    mail = f"mailto://127.0.0.1:{mail_sink.port}?{people}&mode=insecure"
    web = f"json://127.0.0.1:{hook.port}"
    routes = (
        Route(name="surel piket", url=mail),
        Route(name="webhook", url=f"{web}/a", severities=(Severity.CRITICAL,)),
        Route(name="lain", url="json://127.0.0.1:9", kinds=(AlertKind.HEAT,)),
        Route(name="kanigoro", url=f"{web}/b", districts=("350510",)),
        Route(name="wlingi", url=f"{web}/c", districts=("350517",)),
    )
    watch = HandWatch(database, with_alerts(settings, routes=routes), clock)
    intake(kiosk.health(devices=(device("printer", "fault", "paper_out", name=PLANTED_NIK),)))
    watch.look()
    assert watch.look(minutes=2) == 3
    delivery = Delivery(database, routes)
    assert delivery.run(clock()) == 3
    assert delivery.run(clock()) == 0

    incident = watch.incidents()[0]
    title = "Mendesak: Kertas habis – Desa Minggirsari, Kec. Kanigoro"
    assert [mail["Subject"] for mail in mail_sink.mails] == [title]
    assert mail_sink.mails[0]["To"] == "piket@blitar.example"
    body = mail_sink.mails[0].get_body(("plain",)).get_content()
    assert [each["title"] for each in hook.taken] == [title, title]
    for text in (body, hook.taken[0]["message"]):
        assert f"Peringatan nomor {incident.id}" in text
        assert f"/peringatan/{incident.id}" in text
        assert PLANTED_NIK not in text, "what a kiosk has named itself is not repeated"


def test_an_endpoint_that_refuses_is_tried_again(database, clock, put, messages, hook):
    put("webhook")
    hook.status = 503
    routes = [Route(name="webhook", url=f"json://127.0.0.1:{hook.port}/{SECRET}")]
    delivery = Delivery(database, routes)
    assert delivery.run(clock()) == 0
    waiting = messages()[0]
    assert (waiting.attempts, waiting.problem, waiting.delivered_at) == (1, "not_taken", None)
    assert timedelta(0) < waiting.next_attempt_at - clock() <= timedelta(seconds=15)
    hook.status = 200
    assert delivery.run(clock()) == 0, "not before its time"
    clock.pass_time(seconds=15)
    assert delivery.run(clock()) == 1
    assert messages()[0].delivered_at == clock()
    assert messages()[0].problem == ""


def test_addresses_are_not_logged_shown_or_quoted(*, database, clock, put, messages, hook, caplog):
    caplog.set_level(logging.DEBUG)
    put("webhook", "mati", "salah")
    hook.status = 500
    routes = [
        Route(name="webhook", url=f"json://user:{SECRET}@127.0.0.1:{hook.port}/{SECRET}"),
        Route(name="mati", url=f"json://user:{SECRET}@127.0.0.1:{free_port()}/{SECRET}"),
        Route(name="salah", url=f"nosuchthing://{SECRET}"),
    ]
    Delivery(database, routes).run(clock())
    assert [each.problem for each in messages()] == ["not_taken", "not_taken", "bad_route"]
    assert SECRET not in caplog.text
    assert SECRET not in repr(routes) + repr(messages())


def test_a_plugin_that_breaks_does_not_stop_the_others(database, clock, put, messages, caplog):
    put("rusak", "baik")
    put("rusak", "baik")
    sender = Sender(rusak=RuntimeError(SECRET), baik=True)
    assert deliverer(database, sender).run(clock()) == 2
    assert sender.sent == ["rusak", "baik", "baik"], "once a pass for a route that fails"
    assert SECRET not in caplog.text


def test_given_up_after_a_day_and_visibly(database, clock, put, messages):
    put("mati")
    sender = Sender(mati=False)
    delivery = deliverer(database, sender)
    waits = []
    while messages()[0].given_up_at is None:
        delivery.run(clock())
        following = messages()[0].next_attempt_at
        if following is not None:
            waits.append((following - clock()).total_seconds())
            clock.moment = following
    assert waits[:4] == [15, 30, 60, 120]
    assert max(waits) == 1800
    assert waits == sorted(waits)
    assert len(sender.sent) == len(waits) + 1
    assert delivery.run(clock() + timedelta(days=3)) == 0
    assert len(sender.sent) == len(waits) + 1


def test_never_twice_when_it_was_taken(database, clock, put, messages, monkeypatch):
    """The database fails after the yes: it is marked later, not sent again."""
    put("baik")
    sender = Sender(baik=True)
    delivery = deliverer(database, sender)
    with monkeypatch.context() as broken:
        broken.setattr(delivery_module, "mark_delivered", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delivery.run(clock())
    clock.pass_time(minutes=10)
    delivery.run(clock())
    assert sender.sent == ["baik"]
    assert messages()[0].delivered_at is not None


def test_an_attempt_that_died_with_its_process_is_repeated(database, clock, put, messages):
    put("baik")
    with pytest.raises(KeyboardInterrupt):
        deliverer(database, _Dying()).run(clock())
    clock.pass_time(seconds=60)
    sender = Sender(baik=True)
    assert deliverer(database, sender).run(clock()) == 0, "it may still be on its way"
    clock.pass_time(seconds=61)
    assert deliverer(database, sender).run(clock()) == 1
    assert messages()[0].attempts == 2


class _Dying:
    answers = {"baik": None}  # noqa: RUF012 - as Sender's

    def __call__(self, url, text):
        raise KeyboardInterrupt


def test_two_deliverers_never_send_the_same(database, clock, put, messages):
    put("baik")
    other = deliverer(database, Sender(baik=True))

    class Meddling(Sender):
        def __call__(self, url, text):
            assert other.run(clock()) == 0
            return super().__call__(url, text)

    sender = Meddling(baik=True)
    assert deliverer(database, sender).run(clock()) == 1
    assert sender.sent == ["baik"]


def test_a_claim_that_another_was_faster_with_is_none(database, clock, put, monkeypatch):
    put("baik")
    with database.writing() as connection:

        def another_was_faster(table):
            monkeypatch.setattr(outbox_module, "update", update)
            connection.execute(update(table).values(attempts=1))
            return update(table)

        monkeypatch.setattr(outbox_module, "update", another_was_faster)
        assert claim_next(connection, (), clock()) is None


def test_a_slow_route_does_not_hold_up_the_watch(database, clock, put, messages):
    for _ in range(5):
        put("lambat")
    moments = iter([0.0, *(4.0 * number for number in range(50))])
    sender = Sender(lambat=True)
    routes = [Route(name="lambat", url="json://127.0.0.1:9/lambat")]
    delivery = Delivery(database, routes, send=sender, monotonic_s=lambda: next(moments))
    assert delivery.run(clock()) == 3
    assert sum(each.delivered_at is None for each in messages()) == 2


def test_what_became_of_messages_is_in_words(database, clock, put, messages):
    put("baik", "mati", "nanti")
    deliverer(database, Sender(baik=True, mati=False)).run(clock())
    delivered, failed, _ = messages()
    waiting = replace(failed, problem="")
    over = replace(failed, given_up_at=clock())
    words = [message_sign(each).word for each in (delivered, failed, waiting, over)]
    assert words == ["Terkirim", "Gagal, dicoba lagi", "Menunggu", "Gagal, tidak dicoba lagi"]
    assert problem_words(failed.problem) == "tujuan tidak menerima"
    assert problem_words("something_new") == "something_new"


def test_a_route_that_left_the_settings_is_named(database, clock, put, messages):
    put("dulu")
    assert Delivery(database, []).run(clock()) == 0
    assert messages()[0].problem == "no_route"


def test_what_is_settled_is_forgotten_after_a_while(database, clock, put, messages):
    put("baik")
    put("mati")
    deliverer(database, Sender(baik=True, mati=False)).run(clock())
    clock.pass_time(days=91)
    with database.writing() as connection:
        delete_old_messages(connection, clock())
        left = connection.execute(select(ALERT_MESSAGES.c.route)).scalars().all()
    assert left == ["mati"], "it has never been settled"


def test_an_address_that_is_none_is_told_apart():
    assert send_with_apprise("nosuchthing://x", TEXT) is None


def test_a_trial_message_says_that_nothing_has_to_be_done(clock):
    text = compose_trial(asked_by="Ratna W.", public_url="https://desa.example/", now=clock())
    assert "Tidak ada yang perlu dilakukan." in text.body
    assert "https://desa.example/setelan/peringatan" in text.body


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'[[alerts.routes]]\nname = "a/b"\nurl = "json://{SECRET}"', "name"),
        (f'[[alerts.routes]]\nname = "a"\nurl = ""\n#{SECRET}', "url"),
        (f'[[alerts.routes]]\nname = "a"\nurl = "json://{SECRET}"\nkinds = ["x"]', "kinds"),
        (f'[[alerts.routes]]\nname = "a"\nurl = ["json://{SECRET}"]', "url"),
        ("[alerts]\npace = 11", "pace"),
    ],
)
def test_routes_that_cannot_be_used_are_named_without_their_secret(tmp_path, text, words):
    file = tmp_path / "regency.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings(file, {})
    assert SECRET not in str(caught.value)


def test_routes_of_a_settings_file(tmp_path):
    file = tmp_path / "regency.toml"
    file.write_text(
        '[[alerts.routes]]\nname = "piket"\nurl = "json://127.0.0.1:9"\n'
        'severities = ["critical"]\nkinds = ["offline", "paper_out"]\ndistricts = ["350510"]\n'
    )
    settings = load_settings(file, {"ANJUNGAN_REGENCY_ALERTS_PACE": "0.5"})
    assert settings.alerts.pace == 0.5
    assert settings.alerts.routes[0].kinds == (AlertKind.OFFLINE, AlertKind.PAPER_OUT)
    assert "json" not in repr(settings.alerts)
    assert routes_for((), None) == []
