#!/usr/bin/env python3
"""`stream scale|seal|truncate|update|lineage`."""

import os
import tempfile
import xml.etree.ElementTree

import support

SVG = "{http://www.w3.org/2000/svg}"


class StreamChanges(support.ToolTest):
    def segments(self, name):
        info = self.json_of("stream", "info", name)
        return [each["segment"].split("/")[-1] for each in info["segments"]]

    def test_split_and_merge(self):
        name = self.new_stream()
        split = self.json_of("stream", "scale", name, "--split", "0", "--into", 3)
        self.assertEqual((split["stream"], split["epoch"]), (name, 1))
        self.assertEqual([each["segment"] for each in split["opened"]], ["1.1", "2.1", "3.1"])
        self.assertEqual((split["opened"][0]["low"], split["opened"][2]["high"]), (0.0, 1.0))
        merged = self.json_of("stream", "scale", name, "--merge", "2,1.1")
        self.assertEqual([each["segment"] for each in merged["opened"]], ["4.2"])
        self.assertEqual(self.segments(name), ["4.#epoch.2", "3.#epoch.1"])
        text = self.run_tool("stream", "scale", name, "--split", "3.#epoch.1").stdout.decode()
        self.assertIn(f"scaled {name} to epoch 3\n", text)
        four = self.json_of("stream", "scale", name, "--segments", 4)
        self.assertEqual([each["low"] for each in four["opened"]], [0.0, 0.25, 0.5, 0.75])

    def test_scales_that_do_not_fit(self):
        name = self.new_stream(4)
        for words, code, text in (
            (("--split", "9"), support.NOT_FOUND, "the current ones are 0.0, 1.0, 2.0, 3.0"),
            (("--split", ""), support.REFUSED, "--split, --merge and --segments"),
            (("--split", "0,1"), support.REFUSED, "--split takes one segment"),
            (("--merge", "0,2"), support.REFUSED, "not neighbours"),
            (("--merge", "0"), support.REFUSED, "at least two"),
            (("--merge", "0,1"), support.REFUSED, "update it first"),
            ((), support.REFUSED, "--split, --merge and --segments"),
            (("--split", "0", "--segments", "2"), support.REFUSED, "give one of"),
        ):
            with self.subTest(words):
                done = self.run_tool("stream", "scale", name, *words, expect=code)
                self.assert_error(done, text)
        self.run_tool("stream", "scale", name, "--segments", 0, expect=support.USAGE)
        self.run_tool("stream", "scale", name, "--split", 0, "--into", 1, expect=support.USAGE)
        self.run_tool("stream", "scale", "no/where", "--segments", 2, expect=support.NOT_FOUND)

    def test_seal(self):
        name = self.new_stream(2)
        self.run_tool("write", name, given=b"a\nb\n")
        self.assertEqual(self.json_of("stream", "seal", name), {"stream": name, "sealed": True})
        info = self.json_of("stream", "info", name)
        self.assertTrue(info["sealed"])
        whole = self.run_tool("read", name, "--from", info["head"]).stdout
        self.assertEqual(sorted(whole.splitlines()), [b"a", b"b"])
        done = self.run_tool("stream", "scale", name, "--split", 0, expect=support.REFUSED)
        self.assert_error(done, "stream_sealed")
        self.run_tool("stream", "seal", "no/where", expect=support.NOT_FOUND)

    def test_truncate(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"one\ntwo\n")
        before = self.json_of("stream", "info", name)
        cut = self.json_of("stream", "truncate", name, "--at-tail")["head"]
        self.assertEqual(cut, before["tail"])
        self.assertEqual(self.json_of("stream", "info", name)["head"], before["tail"])
        self.run_tool("write", name, given=b"three\n")
        self.assertEqual(self.run_tool("read", name).stdout, b"three\n")
        self.run_tool("stream", "truncate", name, "--cut", cut)
        done = self.run_tool(
            "stream", "truncate", name, "--cut", before["head"], expect=support.REFUSED
        )
        self.assert_error(done, "before the head")
        other = self.new_stream()
        done = self.run_tool("stream", "truncate", other, "--cut", cut, expect=support.REFUSED)
        self.assert_error(done, name, other)
        for words in ((), ("--at-tail", "--cut", cut), ("--cut", "rubbish")):
            with self.subTest(words):
                self.run_tool("stream", "truncate", name, *words, expect=support.REFUSED)

    def test_update(self):
        name = self.stream()
        self.run_tool("stream", "create", name, "--tag", "old", "--retention", "size:1MB")
        self.assertEqual(self.json_of("stream", "info", name)["retention"], "1000000 bytes")
        done = self.json_of(
            *("stream", "update", name, "--scaling", "events:100,2,1"),
            *("--tag", "new", "--untag", "old"),
        )
        self.assertEqual(
            done,
            {
                "stream": name,
                "scaling": "by 100 events/s, factor 2, at least 1",
                "retention": "1000000 bytes",
                "tags": ["new"],
            },
        )
        self.run_tool("stream", "update", name, "--retention", "none")
        info = self.json_of("stream", "info", name)
        self.assertEqual((info["retention"], info["tags"]), ("everything", ["new"]))
        self.run_tool("stream", "update", name, "--scaling", "fixed:3")
        self.assertEqual(len(self.segments(name)), 3)
        scope = name.split("/")[0]
        listed = self.json_of("stream", "list", scope, "--tag", "new")
        self.assertIn(name.split("/")[1], listed["streams"])
        for words in (
            (),
            ("--scaling", "events:1"),
            ("--scaling", "fixed:0"),
            ("--retention", "time:0s"),
            ("--retention", "for ever"),
            ("--rollover", "-1"),
            ("--tag", "x" * 257),
        ):
            with self.subTest(words):
                done = self.run_tool("stream", "update", name, *words, expect=support.REFUSED)
                self.assert_error(done, "invalid_argument")
        self.run_tool("stream", "update", "no/where", "--tag", "x", expect=support.NOT_FOUND)

    def test_lineage(self):
        name = self.new_stream()
        self.run_tool("write", name, given=b"0123456789\n")
        self.run_tool("stream", "scale", name, "--split", 0)
        self.run_tool("stream", "scale", name, "--split", 1)
        seen = self.json_of("stream", "lineage", name)
        self.assertEqual((seen["stream"], seen["epochs"], seen["sealed"]), (name, 3, False))
        first = seen["segments"][0]
        self.assertEqual((first["opened"], first["closed"], first["live"]), (0, 1, False))
        self.assertEqual((first["bytes"], first["successors"]), (18, ["1.1", "2.1"]))
        live = [each["segment"] for each in seen["segments"] if each["live"]]
        self.assertEqual(live, ["2.1", "3.2", "4.2"])
        text = self.run_tool("stream", "lineage", name).stdout.decode()
        self.assertIn(f"{name}: 5 segments in 3 epochs\n", text)
        self.run_tool("stream", "truncate", name, "--at-tail")
        gone = self.json_of("stream", "lineage", name)["segments"][0]
        self.assertIsNone(gone["bytes"])
        self.run_tool("stream", "lineage", "no/where", expect=support.NOT_FOUND)

    def test_the_picture(self):
        name = self.new_stream(2)
        self.run_tool("stream", "scale", name, "--split", 1)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "lineage.svg")
            done = self.run_tool("stream", "lineage", name, "--svg", path)
            self.assertIn(path, done.stderr)
            root = xml.etree.ElementTree.parse(path).getroot()
            self.assertEqual(root.tag, f"{SVG}svg")
            places = {}
            for group in root.iter(f"{SVG}g"):
                title = group.find(f"{SVG}title").text
                box = group.find(f"{SVG}rect")
                places[title.split(":")[0]] = {
                    key: float(box.get(key)) for key in ("x", "y", "width", "height")
                } | {"class": box.get("class")}
            self.assertEqual(
                set(places), {"segment 0.0", "segment 1.0", "segment 2.1", "segment 3.1"}
            )
            lives, split, part = (places[f"segment {each}"] for each in ("0.0", "1.0", "2.1"))
            self.assertEqual((lives["class"], split["class"]), ("live", "closed"))
            # Keys grow upwards, time to the right.
            self.assertGreater(lives["y"], split["y"])
            self.assertGreater(lives["width"], split["width"])
            self.assertGreaterEqual(part["x"], split["x"] + split["width"])
            self.assertLess(part["height"], split["height"])
            self.run_tool(
                "stream", "lineage", name, "--svg", folder, expect=support.LOCAL_FAILURE
            )


if __name__ == "__main__":
    support.main()
