#include "core/config_table.hpp"

#include <set>

#include "pravega_actor/limits.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("each row's default lies in its range and units stand last in its name") {
  const config defaults;
  std::set<std::string_view> keys;
  for (const auto& row : config_rows()) {
    CAPTURE(row.key);
    keys.insert(row.key);
    config copy;
    CHECK(set_config_value(copy, row, config_value(defaults, row)));
    CHECK(copy == defaults);
    CHECK_FALSE(row.sentence.empty());
    CHECK_FALSE(row.sentence.ends_with('.'));
    const bool is_time = row.key.find("timeout") != std::string_view::npos ||
                         row.key.find("interval") != std::string_view::npos ||
                         row.key.find("period") != std::string_view::npos;
    CHECK(is_time ==
          (row.key.ends_with("_ms") && row.key.find("backoff") == std::string::npos));
  }
  CHECK(keys.size() == config_rows().size());
  CHECK(keys.size() > 20);
}

TEST_CASE("every number row refuses what lies one beyond its bounds") {
  std::size_t numbers = 0;
  for (const auto& row : config_rows()) {
    if (!std::holds_alternative<config::number config::*>(row.member)) continue;
    ++numbers;
    CAPTURE(row.key);
    config values;
    CHECK(set_config_value(values, row, std::to_string(row.min)));
    CHECK(set_config_value(values, row, std::to_string(row.max)));
    CHECK(config_value(values, row) == std::to_string(row.max));
    CHECK_FALSE(set_config_value(values, row, std::to_string(row.min - 1)));
    CHECK_FALSE(set_config_value(values, row, std::to_string(row.max + 1)));
    CHECK(config_value(values, row) == std::to_string(row.max));
  }
  CHECK(numbers > 15);
}

TEST_CASE("the largest event fits the smallest allowance of a writer") {
  const auto* row = find_config_row("writer_outstanding_bytes_max");
  REQUIRE(row != nullptr);
  CHECK(row->min >= static_cast<std::int64_t>(limits::event_payload_bytes_max +
                                              limits::event_header_bytes));
  CHECK(find_config_row("writer_block_bytes_max")->max <= row->min);
  CHECK(find_config_row("nothing") == nullptr);
}

TEST_CASE("the nearest key is found by the number of changes") {
  CHECK(nearest_config_key("log_levle") == "log_level");
  CHECK(nearest_config_key("backoff_max") == "backoff_max_ms");
  CHECK(nearest_config_key("reader-request-bytes") == "reader_request_bytes");
  CHECK(nearest_config_key("connect_timeout_ms") == "connect_timeout_ms");
  CHECK_FALSE(nearest_config_key(""));
  CHECK_FALSE(nearest_config_key("xyz"));
  CHECK_FALSE(nearest_config_key(std::string(1000, 'a')));
}

TEST_CASE("texts of the table take what they stand for") {
  const auto [key, text, allowed] = GENERATE(table<std::string, std::string, bool>({
      {"tls_to_controller", "on", true},
      {"tls_to_controller", "off", true},
      {"tls_to_segment_stores", "scheme", true},
      {"tls_to_segment_stores", "", false},
      {"tls_host_name_check", "off", true},
      {"tls_host_name_check", "scheme", false},
      {"tls_trust_store_file", "", true},
      {"tls_trust_store_file", "/a/b.pem", true},
      {"tls_trust_store_file", "a\nb", false},
      {"tls_trust_store_file", std::string(limits::path_bytes_max + 1, 'a'), false},
  }));
  CAPTURE(key, text);
  config values;
  CHECK(set_config_value(values, *find_config_row(key), text) == allowed);
}

TEST_CASE("a client's certificate and its key need each other") {
  config values;
  values.tls_certificate_file = "a.pem";
  CHECK_THAT(check(values).error().detail(), Catch::Contains("need each other"));
  values.tls_key_file = "b.pem";
  CHECK(check(values));
}
