#include "pravega_actor/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using Catch::Contains;

namespace {

std::string detail_of(const result<void>& outcome) {
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == errc::invalid_configuration);
  CHECK(outcome.error().at() == stage::configuration);
  return outcome.error().detail();
}

config_builder::entry entry_of(const config_builder& builder, std::string_view key) {
  for (const auto& entry : builder.dump())
    if (entry.key == key) return entry;
  FAIL("no such key in the dump");
  return {};
}

}  // namespace

TEST_CASE("without sources the built-in values hold, and they pass the checks") {
  const auto built = config_builder{}.build();
  REQUIRE(built);
  CHECK(*built == config{});
  CHECK(built->controller_uri == "tcp://127.0.0.1:9090");
  CHECK(built->backoff_multiplier == 2.0);
  CHECK(check(config{}));
}

TEST_CASE("options beat the file, the file the environment, the environment the URI") {
  config_builder builder;
  // Given in the order of falling rank, so that the last call may not win.
  REQUIRE(builder.add_option("connect_timeout_ms", "4"));
  REQUIRE(builder.add_file_text("connect_timeout_ms = 3\nrequest_timeout_ms = 3\n", "f"));
  REQUIRE(builder.add_environment({"PRAVEGA_ACTOR_CONNECT_TIMEOUT_MS=2",
                                   "PRAVEGA_ACTOR_REQUEST_TIMEOUT_MS=2",
                                   "PRAVEGA_ACTOR_CLOSE_TIMEOUT_MS=2"}));
  REQUIRE(
      builder.add_uri("tcp://h:1?connect_timeout_ms=1&request_timeout_ms=1"
                      "&close_timeout_ms=1&handshake_timeout_ms=1"));
  const auto built = builder.build();
  REQUIRE(built);
  CHECK(built->connect_timeout_ms == 4);
  CHECK(built->request_timeout_ms == 3);
  CHECK(built->close_timeout_ms == 2);
  CHECK(built->handshake_timeout_ms == 1);
  CHECK(built->controller_uri == "tcp://h:1");
  CHECK(entry_of(builder, "connect_timeout_ms").origin == config_origin::option);
  CHECK(entry_of(builder, "request_timeout_ms").source == "f:2");
  CHECK(entry_of(builder, "close_timeout_ms").source == "PRAVEGA_ACTOR_CLOSE_TIMEOUT_MS");
  CHECK(entry_of(builder, "handshake_timeout_ms").origin == config_origin::uri);
  CHECK(entry_of(builder, "backoff_max_ms").origin == config_origin::built_in);
}

TEST_CASE("among equals the last one counts") {
  config_builder builder;
  REQUIRE(builder.add_option("log_level", "info"));
  REQUIRE(builder.add_option("log_level", "debug"));
  CHECK(builder.build()->log_level == "debug");
}

TEST_CASE("the dump has every key with value, default and sentence") {
  config_builder builder;
  REQUIRE(builder.add_option("backoff_jitter", "0.50"));
  const auto entries = builder.dump();
  REQUIRE(entries.size() > 20);
  CHECK(entries.front().key == "controller_uri");
  CHECK(entries.back().key == "log_level");
  CHECK(std::all_of(entries.begin(), entries.end(),
                    [](const auto& entry) { return !entry.sentence.empty(); }));
  const auto jitter = entry_of(builder, "backoff_jitter");
  CHECK(jitter.value == "0.50");
  CHECK(jitter.default_value == "0.25");
  CHECK(entry_of(builder, "log_level").value == "off");
  CHECK(entry_of(builder, "log_level").source.empty());
}

TEST_CASE("unknown keys are refused and the nearest one is suggested") {
  config_builder builder;
  const auto detail = detail_of(builder.add_option("conect_timeout", "1"));
  CHECK_THAT(detail, Contains("conect_timeout") && Contains("\"connect_timeout_ms\"?") &&
                         Contains("option"));
  CHECK_THAT(detail_of(builder.add_option("zzz", "1")),
             Contains("not known") && !Contains("did you mean"));
  CHECK_THAT(detail_of(builder.add_file_text("loglevel = off", "f")),
             Contains("\"log_level\"?") && Contains("f:1"));
  CHECK(
      detail_of(builder.add_option(std::string(100000, 'k'), std::string(100000, 'v'))).size() <
      500);
  CHECK(*builder.build() == config{});
}

TEST_CASE("values out of range name key, value and range") {
  const auto [key, value, range] = GENERATE(table<std::string, std::string, std::string>({
      {"connect_timeout_ms", "0", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", "600001", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", "99999999999999999999", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", "-5", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", "5s", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", "5.0", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", "", "a whole number from 1 to 600000"},
      {"connect_timeout_ms", " 5", "a whole number from 1 to 600000"},
      {"backoff_jitter", "1.01", "a number from 0 to 1"},
      {"backoff_jitter", "-0.01", "a number from 0 to 1"},
      {"backoff_jitter", "nan", "a number from 0 to 1"},
      {"backoff_multiplier", "inf", "a number from 1 to 100"},
      {"log_level", "verbose", "off, error, warning, info or debug"},
      {"log_level", "", "off, error, warning, info or debug"},
  }));
  config_builder builder;
  CHECK_THAT(detail_of(builder.add_option(key, value)),
             Contains(key) && Contains("option") && Contains(range));
}

TEST_CASE("bounds themselves are allowed") {
  config_builder builder;
  REQUIRE(builder.add_option("connect_timeout_ms", "1"));
  REQUIRE(builder.add_option("connect_timeout_ms", "600000"));
  REQUIRE(builder.add_option("backoff_jitter", "0"));
  REQUIRE(builder.add_option("backoff_jitter", "1"));
  REQUIRE(builder.add_option("writer_outstanding_bytes_max", "68719476736"));
  CHECK(builder.build()->writer_outstanding_bytes_max == 68719476736);
}

TEST_CASE("keys that do not fit together are refused") {
  const auto detail = [](std::string_view key, std::string_view value) {
    config_builder builder;
    REQUIRE(builder.add_option(key, value));
    const auto built = builder.build();
    REQUIRE_FALSE(built);
    CHECK(built.error() == errc::invalid_configuration);
    return built.error().detail();
  };
  CHECK_THAT(detail("liveness_timeout_ms", "1000"), Contains("keep_alive_interval_ms (1000)") &&
                                                        Contains("liveness_timeout_ms (1000)"));
  CHECK_THAT(detail("keep_alive_interval_ms", "600000"), Contains("must be less than"));
  CHECK_THAT(detail("backoff_max_ms", "9"),
             Contains("backoff_initial_ms (10)") && Contains("backoff_max_ms (9)"));
  config_builder equal;
  REQUIRE(equal.add_option("backoff_max_ms", "10"));
  CHECK(equal.build());
}

TEST_CASE("a config that was filled by hand is checked the same way") {
  config values;
  values.connect_timeout_ms = 0;
  CHECK_THAT(detail_of(check(values)), Contains("connect_timeout_ms = \"0\""));
  values = {};
  values.controller_uri = "nowhere";
  CHECK_THAT(detail_of(check(values)), Contains("controller_uri"));
  values = {};
  values.log_level = "loud";
  CHECK_THAT(detail_of(check(values)), Contains("log_level"));
  values = {};
  values.liveness_timeout_ms = 20;
  CHECK_THAT(detail_of(check(values)), Contains("liveness_timeout_ms (20)"));
  values = {};
  values.writer_outstanding_bytes_max = 1000;
  CHECK_THAT(detail_of(check(values)), Contains("writer_outstanding_bytes_max"));
}

TEST_CASE("the environment: own names, the common name, and nothing else") {
  config_builder builder;
  REQUIRE(builder.add_environment({"PATH=/bin", "EMPTY", "=x", "PRAVEGA_OTHER=1",
                                   "PRAVEGA_CONTROLLER_URI=tcp://common:1?log_level=info"}));
  CHECK(builder.build()->controller_uri == "tcp://common:1");
  CHECK(builder.build()->log_level == "info");
  CHECK(entry_of(builder, "log_level").source == "PRAVEGA_CONTROLLER_URI");
  REQUIRE(builder.add_environment(
      {"PRAVEGA_ACTOR_CONTROLLER_URI=tcp://own:2", "PRAVEGA_CONTROLLER_URI=tcp://common:1"}));
  CHECK(builder.build()->controller_uri == "tcp://own:2");
  CHECK_THAT(detail_of(builder.add_environment({"PRAVEGA_ACTOR_LOG_LEVEL=loud"})),
             Contains("log_level (PRAVEGA_ACTOR_LOG_LEVEL)"));
  CHECK_THAT(detail_of(builder.add_environment({"PRAVEGA_CONTROLLER_URI=x"})),
             Contains("PRAVEGA_CONTROLLER_URI"));
}

TEST_CASE("a file has lines, comments, blanks and any line end") {
  config_builder builder;
  REQUIRE(
      builder.add_file_text("# comment\r\n\n  connect_timeout_ms\t=  7 # why\r\n"
                            "controller_uri=tcp://h:1\n\t\nlog_level = info",
                            "f"));
  const auto built = builder.build();
  REQUIRE(built);
  CHECK(built->connect_timeout_ms == 7);
  CHECK(built->controller_uri == "tcp://h:1");
  CHECK(built->log_level == "info");
  CHECK(entry_of(builder, "log_level").source == "f:6");
}

TEST_CASE("mistakes in a file name file and line") {
  const auto [text, part] = GENERATE(table<std::string, std::string>({
      {"\nconnect_timeout_ms 7\n", "my.conf:2"},
      {"connect_timeout_ms = x", "my.conf:1"},
      {"\n\n= 7", "my.conf:3"},
      {"log_level = off\nlog_level = off", "twice"},
      {"log_level = off#", "log_level (my.conf:1)"},
      {"backoff = 7", "not known"},
  }));
  config_builder builder;
  CHECK_THAT(detail_of(builder.add_file_text(text, "my.conf")),
             Contains(part) && Contains("my.conf:"));
}

TEST_CASE("files are read from disk, up to a limit") {
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("pravega_actor_config_test_" + std::to_string(::getpid())))
                               .string();
  const auto write = [&path](const std::string& text) {
    std::ofstream{path, std::ios::binary} << text;
  };
  config_builder builder;
  write("connect_timeout_ms = 11\n");
  REQUIRE(builder.add_file(path));
  CHECK(builder.build()->connect_timeout_ms == 11);
  CHECK(entry_of(builder, "connect_timeout_ms").source == path + ":1");
  write("");
  CHECK(builder.add_file(path));
  write(std::string(limits::config_file_bytes_max, '\n'));
  CHECK(builder.add_file(path));
  write(std::string(limits::config_file_bytes_max + 1, '\n'));
  CHECK_THAT(detail_of(builder.add_file(path)), Contains("config_file_bytes_max"));
  std::remove(path.c_str());
  CHECK_THAT(detail_of(builder.add_file(path)), Contains(path) && Contains("cannot be read"));
  CHECK_THAT(detail_of(builder.add_file("/")), Contains("cannot be read"));
}

TEST_CASE("a URI may carry keys") {
  config_builder builder;
  CHECK_THAT(detail_of(builder.add_uri("tcp://h:1?")), Contains("key=value"));
  CHECK_THAT(detail_of(builder.add_uri("tcp://h:1?log_level")), Contains("key=value"));
  CHECK_THAT(detail_of(builder.add_uri("tcp://h:1?log_level=off&")), Contains("key=value"));
  CHECK_THAT(detail_of(builder.add_uri("tcp://h:1?controller_uri=tcp://g:1")),
             Contains("before the '?'"));
  CHECK_THAT(detail_of(builder.add_uri("h:1?log_level=off")), Contains("scheme"));
  CHECK_THAT(detail_of(builder.add_option("controller_uri", "tcp://h:1?log_level=off")),
             Contains("controller_uri"));
}

TEST_CASE("origins have words") {
  CHECK(to_string(config_origin::built_in) == "built in");
  CHECK(to_string(config_origin::option) == "option");
  CHECK(to_string(static_cast<config_origin>(77)) == "built in");
}

TEST_CASE("variables that are no keys, and empty ones, do not matter") {
  config_builder builder;
  REQUIRE(builder.add_environment(
      {"PRAVEGA_ACTOR_SERVICE_HOST=10.1.2.3", "PRAVEGA_ACTOR_PORT_9090_TCP=tcp://10.1.2.3:9090",
       "PRAVEGA_ACTOR_CACHE=/var/cache/x", "PRAVEGA_ACTOR_log_level=debug", "PRAVEGA_ACTOR_=1",
       "PRAVEGA_CONTROLLER_URI=", "PRAVEGA_ACTOR_CONTROLLER_URI=", "PRAVEGA_ACTOR_LOG_LEVEL",
       "PRAVEGA_ACTOR_CONNECT_TIMEOUT_MS="}));
  CHECK(*builder.build() == config{});
  for (const auto& entry : builder.dump()) {
    CAPTURE(entry.key);
    CHECK(entry.origin == config_origin::built_in);
  }
}

TEST_CASE("numbers that are refused are shown, other values are not") {
  config_builder builder;
  CHECK_THAT(detail_of(builder.add_option("connect_timeout_ms", "-5")),
             Contains("connect_timeout_ms = \"-5\" (option)"));
  CHECK_THAT(detail_of(builder.add_option("connect_timeout_ms", "letmein")),
             !Contains("letmein"));
  CHECK_THAT(detail_of(builder.add_option("connect_timeout_ms", std::string(1000, '9'))),
             !Contains("999"));
}

// Whatever is wrong with what was given, its text may be a password.
TEST_CASE("no error repeats a URI or the value of a key that is not known") {
  const auto uri =
      GENERATE(as<std::string>{}, "tcp://user:s3cr3t@127.0.0.1:1",
               "tcp://user:s3cr3t@host.invalid:9090", "user:s3cr3t@127.0.0.1:9090",
               "tcp://127.0.0.1:1?token=s3cr3t", "tcp://127.0.0.1:1?connect_timeout_ms=s3cr3t",
               "tls://user:s3cr3t@127.0.0.1:1", "pravega://user:s3cr3t@127.0.0.1:1",
               "tcp://a:1,user:s3cr3t@b:2", "tcp://user%3As3cr3t@127.0.0.1:1",
               "http://user:s3cr3t@h:1", "tcp://s3cr3t@127.0.0.1:1", "tcp://127.0.0.1:1/s3cr3t",
               "tcp://127.0.0.1:1#s3cr3t", "tcp://127.0.0.1:1?password=s3cr3t",
               "tcp://127.0.0.1:1?auth_token=s3cr3t&connect_timeout_ms=100",
               "tcp://user:s3cr3t@@127.0.0.1:1", "tcp://us/er:s3cr3t@127.0.0.1:1",
               "tcp://user:s3c?r3t=s3cr3t@127.0.0.1:1", "TCP://user:s3cr3t@127.0.0.1:1",
               "//user:s3cr3t@127.0.0.1:1", "tcp:user:s3cr3t@127.0.0.1:1",
               "tcp://user:s3cr3t\xEF\xBC\xA0"
               "127.0.0.1:1",
               "tcp://127.0.0.1:1?s3cr3t", "tls://s3cr3t", "http://s3cr3t:1",
               "tcp://[s3cr3t]:1", "tcp://a:1,s3cr3t", "s3cr3t");
  CAPTURE(uri);
  config by_hand;
  by_hand.controller_uri = uri;
  config_builder builder;
  const std::vector<result<void>> outcomes{
      builder.add_option("controller_uri", uri),
      builder.add_file_text("controller_uri = " + uri, "f"),
      builder.add_file_text("password = " + uri, "f"),
      builder.add_file_text("password = 1\npassword = " + uri, "f"),
      builder.add_file_text(uri, "f"),
      builder.add_environment({"PRAVEGA_ACTOR_CONTROLLER_URI=" + uri}),
      builder.add_environment({"PRAVEGA_CONTROLLER_URI=" + uri}),
      builder.add_option("password", uri),
      builder.add_option("connect_timeout_ms", uri),
      builder.add_option("log_level", uri),
      builder.add_uri(uri),
      check(by_hand)};
  for (const auto& outcome : outcomes) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error() == errc::invalid_configuration);
    CHECK_THAT(outcome.error().to_string(), !Contains("s3c"));
  }
  CHECK_THAT(parse_controller_uri(uri).error().to_string(), !Contains("s3c"));
}

TEST_CASE("user information is refused with a sentence of its own") {
  config_builder builder;
  for (const std::string uri : {"tcp://user:word@h:1", "tcp://user@h:1?log_level=off",
                                "tcp://h:1,user:wo?rd@g:1", "user:word@h:1"}) {
    CAPTURE(uri);
    CHECK_THAT(detail_of(builder.add_uri(uri)),
               Contains("user information") && Contains("the URI"));
  }
}
