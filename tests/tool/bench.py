#!/usr/bin/env python3
"""`bench` and `verify`: figures that make sense, and a check that finds what is wrong."""

import concurrent.futures
import json

import support

FIGURES = (
    "events_per_s", "mb_per_s", "cpu_us_per_event", "p50_us", "p99_us", "max_us", "peak_rss_mb",
)  # fmt: skip


class Bench(support.ToolTest):
    def figures(self, verb, name, *words):
        found = self.json_of("bench", verb, name, *words)
        self.assertEqual((found["verb"], found["stream"]), (verb, name))
        for figure in FIGURES:
            self.assertGreater(found[figure], 0, figure)
        self.assertLessEqual(found["p50_us"], found["p99_us"])
        self.assertLessEqual(found["p99_us"], found["max_us"])
        self.assertAlmostEqual(found["events"] / found["seconds"], found["events_per_s"], 3)
        return found

    def verified(self, name, events, *words, expect=support.OK):
        done = self.run_tool(
            "verify", name, "--events", events, "--json", *words, expect=expect
        )
        return json.loads(done.stdout)

    def test_write_then_verify_then_read(self):
        name = self.stream()
        wrote = self.figures(
            "write", name, "--events", 50_000, "--segments", 4, "--size", 64, "--keys", 7
        )
        self.assertEqual((wrote["events"], wrote["size"], wrote["keys"]), (50_000, 64, 7))
        self.assertGreater(wrote["blocks"], 0)
        info = self.json_of("stream", "info", name)
        self.assertEqual(len(info["segments"]), 4)
        self.assertEqual(info["bytes"], 50_000 * (64 + 8))
        found = self.verified(name, 50_000, "--keys", 7)
        self.assertTrue(found["ok"])
        self.assertEqual((found["events"], found["distinct"]), (50_000, 50_000))
        read = self.figures("read", name, "--events", 50_000)
        self.assertEqual((read["check"], read["size"]), ("ok", 64))

    def test_the_payload_begins_with_number_and_key(self):
        name = self.stream()
        self.figures("write", name, "--events", 3, "--size", 20, "--keys", 2)
        payloads = self.run_tool("read", name, "--format", "%e").stdout
        for number in range(3):
            payload = payloads[20 * number : 20 * number + 20]
            self.assertEqual(int.from_bytes(payload[:8], "big"), number)
            self.assertEqual(int.from_bytes(payload[8:12], "big"), number % 2)

    def test_warm_up_counts_on(self):
        name = self.stream()
        wrote = self.figures("write", name, "--events", 99_500, "--warmup", 500)
        self.assertEqual(wrote["events"], 99_500)
        self.assertTrue(self.verified(name, 100_000)["ok"])
        # More than one slice: what comes with the end of the warm-up is not measured.
        read = self.figures("read", name, "--events", 99_500, "--warmup", 500)
        self.assertEqual(read["check"], "ok")
        self.assertLess(read["events"], 99_500)
        done = self.run_tool(
            "bench", "read", name, "--events", 1, "--warmup", 500, expect=support.REFUSED
        )
        self.assert_error(done, "one slice")

    def test_transactions(self):
        name = self.stream()
        shape = ("--segments", 2, "--keys", 7, "--size", 50, "--warmup", 300)
        one = self.figures("transactions", name, "--events", 1000, "--per", 150, *shape)
        self.assertEqual((one["events"], one["transactions"], one["open"]), (1000, 7, 1))
        self.assertAlmostEqual(7 / one["seconds"], one["transactions_per_s"], 3)
        self.assertTrue(self.verified(name, 1300, "--keys", 7)["ok"])
        name = self.stream()
        many = self.figures("transactions", name, "--events", 8000, "--per", 100, "--open", 16)
        self.assertEqual((many["transactions"], many["waits_for"]), (80, "committed"))
        found = self.verified(name, 8000, expect=support.CHECK_FAILED)
        self.assertEqual((found["lost"], found["duplicates"]), (0, 0))
        text = self.run_tool("bench", "transactions", name, "--events", 500, "--accepted").stdout
        self.assertIn(b" transactions/s\n", text)

    def test_rate(self):
        found = self.figures("write", self.stream(), "--events", 3000, "--rate", 3000)
        self.assertGreater(found["seconds"], 0.9)

    def test_read_writes_first(self):
        name = self.stream()
        read = self.figures("read", name, "--events", 5000, "--segments", 2)
        self.assertEqual((read["events"], read["check"]), (5000, "ok"))
        self.assertTrue(self.verified(name, 5000)["ok"])
        done = self.run_tool("bench", "read", name, "--events", 5001, expect=support.REFUSED)
        self.assert_error(done, "only 5000 events")

    def test_latency(self):
        for words in ([], ["--reactive"]):
            with self.subTest(words):
                name = self.stream()
                found = self.figures("latency", name, "--events", 200, "--warmup", 10, *words)
                self.assertEqual(found["events"], 200)
                self.assertTrue(self.verified(name, 210)["ok"])

    def test_text(self):
        text = self.run_tool("bench", "write", self.stream(), "--events", 100).stdout.decode()
        self.assertRegex(text, r"^100 events, \d[^,]* k/s, [^,]+ MB/s, [^,]+ CPU per event, p50 ")

    def test_verify_waits_for_what_others_write(self):
        name = self.new_stream(segments=2)
        with concurrent.futures.ThreadPoolExecutor() as side:
            following = side.submit(self.verified, name, 30_000, "--follow")
            wrote = self.figures("write", name, "--events", 30_000, "--rate", 20_000)
            found = following.result()
        self.assertTrue(found["ok"])
        self.assertEqual(found["events"], 30_000)
        self.assertGreater(found["longest_gap_ms"], 0)
        self.assertGreater(wrote["longest_gap_ms"], 0)
        self.assertLessEqual(wrote["longest_gap_ms"] * 1000, wrote["max_us"])

    def test_verify_without_a_count_reads_until_the_stream_is_sealed(self):
        name = self.new_stream(segments=2)
        with concurrent.futures.ThreadPoolExecutor() as side:
            words = ("verify", name, "--follow", "--idle-s", 600, "--json")
            following = side.submit(self.run_tool, *words)
            self.figures("write", name, "--events", 3000, "--rate", 10_000)
            self.run_tool("stream", "seal", name)
            found = json.loads(following.result().stdout)
        self.assertEqual((found["ok"], found["end"]), (True, "sealed"))
        self.assertEqual((found["events"], found["expected"]), (3000, 3000))

    def test_verify_without_a_count_fails_if_the_stream_is_not_sealed(self):
        name = self.stream()
        self.figures("write", name, "--events", 10)
        words = ("verify", name, "--follow", "--idle-s", 1)
        done = self.run_tool(*words, "--json", expect=support.CHECK_FAILED)
        found = json.loads(done.stdout)
        self.assertEqual((found["ok"], found["end"], found["events"]), (False, "idle", 10))
        text = self.run_tool(*words, expect=support.CHECK_FAILED).stdout.decode()
        self.assertIn("no event for 1 s, and the stream is not sealed", text)

    def test_verify_waits_no_longer_than_told(self):
        name = self.stream()
        self.figures("write", name, "--events", 10)
        words = (name, 11, "--follow", "--idle-s", 1)
        found = self.verified(*words, expect=support.CHECK_FAILED)
        self.assertEqual((found["events"], found["lost"]), (10, 1))

    def test_verify_finds_what_is_lost_and_foreign(self):
        name = self.stream()
        self.figures("write", name, "--events", 100)
        lost = self.verified(name, 110, expect=support.CHECK_FAILED)
        self.assertEqual((lost["ok"], lost["lost"], lost["foreign"]), (False, 10, 0))
        foreign = self.verified(name, 90, expect=support.CHECK_FAILED)
        self.assertEqual((foreign["lost"], foreign["foreign"]), (0, 10))
        self.run_tool("write", name, given=b"short\n")
        self.assertEqual(self.verified(name, 100, expect=support.CHECK_FAILED)["foreign"], 1)

    def test_verify_finds_what_is_doubled_and_out_of_order(self):
        name = self.stream()
        self.figures("write", name, "--events", 50, "--keys", 5)
        self.figures("write", name, "--events", 50, "--keys", 5)
        found = self.verified(name, 50, "--keys", 5, expect=support.CHECK_FAILED)
        # Each key starts again at its first number: all but its last number come too late.
        self.assertEqual((found["duplicates"], found["reordered"]), (50, 45))
        self.assertTrue(found["examples"])
        text = self.run_tool(
            "verify", name, "--events", 50, expect=support.CHECK_FAILED
        ).stdout.decode()
        self.assertIn("doubled 50", text)

    def test_read_refuses_events_without_numbers(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"short\n")
        done = self.run_tool("bench", "read", name, "--events", 1, expect=support.REFUSED)
        self.assert_error(done, "no number")


if __name__ == "__main__":
    support.main()
