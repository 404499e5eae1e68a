#!/usr/bin/env python3
"""`config`: values, origins, and what is said about wrong ones."""

import json
import tempfile
import unittest

import support


def entries(*words, **variables):
    done = support.call("config", "--json", *words, env=support.environment(**variables))
    assert done.returncode == support.OK, done.stderr
    return {entry["key"]: entry for entry in json.loads(done.stdout)}


class Config(unittest.TestCase):
    def value(self, found, key, value, origin):
        self.assertEqual((found[key]["value"], found[key]["origin"]), (value, origin))

    def test_built_in(self):
        found = entries()
        self.value(found, "controller_uri", "tcp://127.0.0.1:9090", "built in")
        self.assertTrue(all(entry["meaning"] for entry in found.values()))

    def test_each_source_beats_the_ones_before(self):
        key = "connect_timeout_ms"
        uri = {"PRAVEGA_CONTROLLER_URI": f"tcp://h:1?{key}=1"}
        variable = {"PRAVEGA_ACTOR_CONNECT_TIMEOUT_MS": "2"}
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(f"{key} = 3\n")
            file.flush()
            self.value(entries(**uri), key, "1", "environment")
            self.value(entries(**uri, **variable), key, "2", "environment")
            found = entries("--config", file.name, **variable)
            self.value(found, key, "3", "file")
            self.assertEqual(found[key]["source"], f"{file.name}:1")
            self.value(
                entries("--config", file.name, "--set", f"{key}=4", **variable), key, "4", "option"
            )

    def test_the_controller_option_beats_the_environment(self):
        found = entries(
            "--controller",
            "tcp://option:2?connect_timeout_ms=77",
            PRAVEGA_ACTOR_CONTROLLER_URI="tcp://variable:1",
        )
        self.value(found, "controller_uri", "tcp://option:2", "option")
        self.value(found, "connect_timeout_ms", "77", "option")

    def test_options_may_stand_before_the_verb(self):
        done = support.call("--set", "close_timeout_ms=5", "config", "--set", "backoff_max_ms=900")
        self.assertRegex(done.stdout.decode(), r"close_timeout_ms +5 +option")
        self.assertRegex(done.stdout.decode(), r"backoff_max_ms +900 +option")

    def test_table(self):
        done = support.call("config", "--explain")
        self.assertIn("connect_timeout_ms", done.stdout.decode())
        self.assertIn("default 5000", done.stdout.decode())

    def test_wrong_values(self):
        for words, text in (
            (["--set", "connect_timeout_ms=x"], "whole number"),
            (["--set", "connect_timeout_ms=0"], "from 1 to"),
            (["--set", "conect_timeout_ms=5"], "did you mean"),
            (["--set", "connect_timeout_ms"], "key=value"),
            (["--controller", "127.0.0.1:9090"], "tcp://host:port"),
            (["--controller", "http://h:1"], "scheme is not known"),
            (["--set", "tls_to_controller=yes"], "scheme, on or off"),
            (["--set", "tls_host_name_check=scheme"], "on or off"),
            (["--config", "/does/not/exist"], "/does/not/exist"),
        ):
            with self.subTest(words):
                done = support.call("config", *words)
                self.assertEqual(done.returncode, support.CONFIGURATION)
                self.assertIn(text, done.stderr)
                self.assertEqual(done.stdout, b"")

    def test_variables_that_are_no_keys_and_empty_ones(self):
        found = entries(
            PRAVEGA_ACTOR_NONSENSE="1", PRAVEGA_CONTROLLER_URI="", PRAVEGA_ACTOR_LOG_LEVEL=""
        )
        self.value(found, "controller_uri", "tcp://127.0.0.1:9090", "built in")
        self.value(found, "log_level", "off", "built in")

    def test_credentials_have_options_and_secrets_are_not_shown(self):
        java = {"pravega_client_auth_method": "Bearer", "pravega_client_auth_token": "s3cr3t"}
        found = entries(**java)
        self.value(found, "auth_token", "(set)", "environment")
        found = entries("--auth-user", "me", "--auth-password-file", "/p", **java)
        self.value(found, "auth_user", "me", "option")
        self.value(found, "auth_password_file", "/p", "option")
        self.value(found, "auth_token", "", "built in")
        self.value(entries("--auth-token-file", "/t"), "auth_token_file", "/t", "option")
        done = support.call("config", "--auth-user", "me")
        self.assertEqual(done.returncode, support.CONFIGURATION)
        self.assertIn("auth_password_file", done.stderr)

    def test_nothing_that_is_wrong_is_repeated(self):
        for words in (
            ["--controller", "tcp://user:s3cr3t@h:1"],
            ["--controller", "tcp://user:s3c?r3t=s3cr3t@h:1"],
            ["--controller", "tcp://h:1?s3cr3t"],
            ["--controller", "tcp://h:1?connect_timeout_ms=s3cr3t"],
            ["--set", "controller_uri=tcp://user:s3cr3t@h:1"],
            ["--set", "password=s3cr3t"],
            ["--set", "s3cr3t"],
            ["--set", "auth_token=s3cr3t s3cr3t"],
            ["--set", "auth_token=s3cr3t"],
        ):
            with self.subTest(words):
                done = support.call("config", *words)
                self.assertEqual(done.returncode, support.CONFIGURATION)
                self.assertNotIn("s3cr3t", done.stderr + done.stdout.decode())


if __name__ == "__main__":
    support.main()
