#include "client/system_ports.hpp"

#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;

TEST_CASE("the scheme decides about TLS, and two keys beat it") {
  config settings;
  settings.controller_uri =
      GENERATE(as<std::string>{}, "tcp://h:1", "tls://h:1", "ssl://h:1", "pravegas://h:1");
  const bool secure = settings.controller_uri != "tcp://h:1";
  CHECK(tls_of(settings)->to_controller == secure);
  CHECK(tls_of(settings)->to_segment_stores == secure);
  settings.tls_to_controller = "on";
  settings.tls_to_segment_stores = "off";
  CHECK(tls_of(settings)->to_controller);
  CHECK_FALSE(tls_of(settings)->to_segment_stores);
  settings.controller_uri = "nonsense";
  CHECK_FALSE(tls_of(settings));
}

TEST_CASE("the files of the configuration reach the ports") {
  config settings;
  settings.tls_trust_store_file = "a";
  settings.tls_certificate_file = "b";
  settings.tls_key_file = "c";
  settings.tls_host_name_check = "off";
  const auto choice = tls_of(settings);
  REQUIRE(choice);
  CHECK(choice->settings.trust_store_file == "a");
  CHECK(choice->settings.certificate_file == "b");
  CHECK(choice->settings.key_file == "c");
  CHECK_FALSE(choice->settings.host_name_check);
}

TEST_CASE("ports are refused for a configuration with files that cannot be used") {
  config settings;
  settings.tls_trust_store_file = "/does/not/exist.pem";
  CHECK(make_system_ports(settings));
  for (const auto each : {&config::tls_to_controller, &config::tls_to_segment_stores}) {
    auto secured = settings;
    secured.*each = "on";
    const auto made = make_system_ports(secured);
    REQUIRE_FALSE(made);
    CHECK(made.error() == errc::invalid_configuration);
    CHECK_THAT(made.error().detail(), Catch::Contains("tls_trust_store_file"));
  }
}
