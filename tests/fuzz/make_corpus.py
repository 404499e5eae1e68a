#!/usr/bin/env python3
"""Makes the fuzzers' first inputs from what the Java client and a real server wrote.

usage: make_corpus.py DATA OUTPUT

DATA is tests/data; OUTPUT gets a folder of inputs for each fuzzer. An input is what the head of
the fuzzer's source says."""
import base64
import gzip
import hashlib
import json
import pathlib
import ssl
import struct
import sys

# As the tables in the fuzzers number them.
HOT = {10: 0, 7: 1, 3: 2, 4: 3, 5: 4, 89: 5}
(
    CUT_BYTES,
    CUT_TEXT,
    POSITION,
    POINTER,
    POINTER_TEXT,
    SEGMENT,
    STREAM,
    UUID,
    SPLIT,
    SPLIT_TEXT,
) = range(10)
# "s/t/0.#epoch.0:5..300" as `stream_split` writes it.
SPLIT_BYTES = (
    "00000100" "00000020" "000e732f742f302e2365706f63682e30" "0000000000000005" "000000000000012c"
)
URI, ADDRESS, URI_KEYS, FILE, ENVIRONMENT, OPTIONS = range(6)
UNPACK, PACK, FROM_BASE64, TO_BASE64 = range(4)
CLAIMS, TOKEN, SIGNED_CLAIMS, PASSWORD_FILE, PATTERN, BASE64URL = range(6)

CONFIGURATION = [
    (URI, "tcp://127.0.0.1:9090"),
    (URI, "pravega://a:1,[::1]:2,c-d.e_f:65535/"),
    (URI, "tls://host:9090"),
    (ADDRESS, "host:9090"),
    (ADDRESS, "[fe80::1%eth0]:12345"),
    (URI_KEYS, "tcp://host:9090?connect_timeout_ms=2000&backoff_jitter=0.5"),
    (FILE, "# comment\ncontroller_uri = tcp://h:1 # here\nbackoff_multiplier = 1.5\n"),
    (FILE, "keep_alive_interval_ms = 7000\nliveness_timeout_ms = 6000\n"),
    (ENVIRONMENT, "PRAVEGA_ACTOR_LOG_LEVEL=debug\nPRAVEGA_CONTROLLER_URI=tcp://h:1?x=1\nA=B"),
    (OPTIONS, "writer_block_bytes_max=4096\nwriter_outstanding_bytes_max=8388616"),
]


class Corpus:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def add(self, fuzzer, data):
        to = self.folder / fuzzer
        to.mkdir(parents=True, exist_ok=True)
        (to / hashlib.sha1(data).hexdigest()).write_bytes(data)


def chosen(number, data):
    return bytes([number]) + (data.encode() if isinstance(data, str) else data)


def pieces(*sizes):
    return bytes(sizes) + b"\0"


def text_bytes(text):
    return text.encode("utf-8", "surrogatepass")


def modified_utf8(text):
    """As Java writes it: two bytes for NUL, each UTF-16 unit by itself."""
    units = memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H")
    encoded = b""
    for unit in units:
        encoded += b"\xc0\x80" if unit == 0 else chr(unit).encode("utf-8", "surrogatepass")
    return encoded


def add_commands(corpus, golden):
    for command in golden["wire_commands"]:
        frame = bytes.fromhex(command["frame"])
        code, payload = struct.unpack(">i", frame[:4])[0], frame[8:]
        corpus.add("decode_fuzz", frame[:4] + payload)
        if code in HOT:
            corpus.add("hot_fuzz", chosen(HOT[code], payload))
        corpus.add("append_assembler_fuzz", frame)
        corpus.add("frame_reader_fuzz", b"\xff\xff" + pieces(3, 200) + frame)
        for field in command["fields"]:
            if field["type"] == "string":
                corpus.add("modified_utf8_fuzz", text_bytes(field["value"]))
                corpus.add("modified_utf8_fuzz", modified_utf8(field["value"]))


def add_places(corpus, golden):
    positions = golden["positions"]
    for cut in positions["stream_cuts"]:
        corpus.add("places_fuzz", chosen(CUT_BYTES, bytes.fromhex(cut["bytes"])))
        corpus.add("places_fuzz", chosen(CUT_TEXT, cut["text"]))
        corpus.add("packing_fuzz", chosen(FROM_BASE64, cut["text"]))
        corpus.add("packing_fuzz", chosen(PACK, cut["plain_text"]))
        corpus.add("packing_fuzz", chosen(TO_BASE64, cut["plain_text"]))
    for position in positions["positions"]:
        corpus.add("places_fuzz", chosen(POSITION, bytes.fromhex(position["bytes"])))
    for pointer in positions["event_pointers"]:
        corpus.add("places_fuzz", chosen(POINTER, bytes.fromhex(pointer["bytes"])))
        corpus.add("places_fuzz", chosen(POINTER_TEXT, pointer["string"]))
    corpus.add("places_fuzz", chosen(SPLIT, bytes.fromhex(SPLIT_BYTES)))
    corpus.add("places_fuzz", chosen(SPLIT_TEXT, "s/t/0.#epoch.0:5..300"))
    for numbers in golden["compact_numbers"].values():
        for number in numbers:
            for key, form in ("event_pointer_bytes", POINTER), ("stream_cut_bytes", CUT_BYTES):
                # For a number that cannot be written, Java's exception stands there.
                if "Exception" not in number.get(key, "Exception"):
                    corpus.add("places_fuzz", chosen(form, bytes.fromhex(number[key])))
    for name in golden["names"]["parse"]:
        corpus.add("places_fuzz", chosen(SEGMENT, name["text"]))
    for transaction in golden["names"]["transactions"]:
        corpus.add("places_fuzz", chosen(SEGMENT, transaction["transaction_segment"]))
        corpus.add("places_fuzz", chosen(SEGMENT, transaction["transient_segment"]))
        corpus.add("places_fuzz", chosen(UUID, transaction["uuid"]))
    corpus.add("places_fuzz", chosen(STREAM, golden["names"]["scoped_stream"]))


def entry(record):
    data = bytes.fromhex(record["segment_event_payload"])
    return struct.pack(">H", len(data)) + data


def add_groups(corpus, golden):
    """Entries alone, and the recorded run from each of its snapshots on."""
    group = golden["reader_group"]
    run = [entry(group["state_machine_run"][0]["init"])]
    for step in group["state_machine_run"][1:]:
        run.append(entry(step["update"]))
        corpus.add("group_fuzz", b"".join(run))
        if "compact" in step:
            run = [entry(step["compact"])]
            corpus.add("group_fuzz", run[0])
    for record in group["inits"] + group["updates"]:
        corpus.add("group_fuzz", entry(record))


def add_conversation(corpus, frames):
    """Connections as they were recorded, whole for the server and in frames for the reader."""
    streams = {}
    for frame in frames:
        if "frame" not in frame:
            continue
        data = bytes.fromhex(frame["frame"])
        streams.setdefault((frame["conn"], frame["dir"], frame["phase"]), []).append(data)
    hello = bytes.fromhex("ffffff81000000080000001000000005")
    for (_, direction, _), parts in streams.items():
        stream = b"".join(parts)[: 1 << 16]
        corpus.add("frame_reader_fuzz", b"\xff\xff" + pieces(100, 255) + stream)
        if direction == "c2s":
            corpus.add("append_assembler_fuzz", stream)
            whole = stream if stream.startswith(hello) else hello + stream
            corpus.add("store_session_fuzz", pieces(200) + whole)
            corpus.add("store_session_fuzz", pieces(30, 255) + whole)


def event(payload):
    return struct.pack(">ii", 0, len(payload)) + payload


def add_events_and_packings(corpus):
    three = event(b"one") + event(b"") + event(b"x" * 300)
    for sizes in pieces(255), pieces(1), pieces(5, 40):
        for data in b"", three, three[:-1], three + b"\0\0\0\0\x7f\xff\xff\xff", three + b"\1" * 8:
            corpus.add("events_fuzz", sizes + data)
    for plain in b"", b"abc", b"0123456789" * 5000:
        corpus.add("packing_fuzz", chosen(UNPACK, gzip.compress(plain, mtime=0)))
        corpus.add("packing_fuzz", chosen(UNPACK, gzip.compress(plain, mtime=0) + b"more"))


def add_state_logs(corpus):
    """Whole states, updates, and what is neither."""
    state = struct.pack(">i", 1) + b"a,b,." + b"\0" * 9
    updates = struct.pack(">i", 2) + b"".join(
        struct.pack(">i", len(each)) + each for each in (b"one", b"", b"bad"))
    log = event(state) + event(updates[:15]) + event(state) + event(updates)
    for size in 0, 6, 255:
        for data in log, log[:-3], event(updates) + log, log + b"\1" * 8, event(b"\0\0\0\3"):
            corpus.add("state_log_fuzz", bytes([size]) + data)


def add_security(corpus, vectors):
    known = dict(line.split("=", 1) for line in vectors.splitlines() if not line.startswith("#"))
    header, claims, _ = known["token"].split(".")
    claims = base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)).decode()
    corpus.add("security_fuzz", chosen(CLAIMS, claims))
    corpus.add("security_fuzz", chosen(CLAIMS, '{"a":[1,{"b":null}],"c":-1.5e3,"d":"\\u00e4"}'))
    corpus.add("security_fuzz", chosen(TOKEN, known["token"]))
    corpus.add("security_fuzz", chosen(SIGNED_CLAIMS, claims))
    corpus.add("security_fuzz", chosen(SIGNED_CLAIMS, '{"*":"READ","nbf":1,"exp":2000000000}'))
    corpus.add("security_fuzz", chosen(PASSWORD_FILE, f"# comment\n{known['account']}\n\nu:1:\n"))
    corpus.add("security_fuzz", chosen(PATTERN, "prn::/scope:s/stream:tprn::/scope:*/stream:*"))
    corpus.add("security_fuzz", chosen(BASE64URL, header))


def add_client_hello(corpus):
    """What a client sends first, whole and in pieces."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context()
        context.minimum_version = context.maximum_version = version
        sent = ssl.MemoryBIO()
        client = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname="localhost")
        try:
            client.do_handshake()
        except ssl.SSLWantReadError:
            pass
        hello = sent.read()
        corpus.add("tls_handshake_fuzz", bytes([0]) + hello)
        corpus.add("tls_handshake_fuzz", bytes([1, 50, 0]) + hello)
    corpus.add("tls_handshake_fuzz", bytes([0]) + b"GET / HTTP/1.1\r\n\r\n")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    data, corpus = pathlib.Path(sys.argv[1]), Corpus(sys.argv[2])
    golden = json.loads((data / "vectors.json").read_text())
    conversation = json.loads((data / "conversation.json").read_text())
    add_commands(corpus, golden)
    add_places(corpus, golden)
    add_groups(corpus, golden)
    add_conversation(corpus, conversation["frames"])
    add_events_and_packings(corpus)
    add_state_logs(corpus)
    for source, text in CONFIGURATION:
        corpus.add("config_fuzz", chosen(source, text))
    add_security(corpus, (data / "security_vectors.txt").read_text())
    add_client_hello(corpus)


if __name__ == "__main__":
    main()
