#include "scripted_controller.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
using namespace pravega_actor::controller;

namespace {

const scoped_stream stream{"sc", "st"};
constexpr int no_such_status = 77;

struct fixture {
  scripted_controller server;
  std::shared_ptr<controller_port> port = port_to(server.uri());
};

}  // namespace

TEST_CASE_METHOD(fixture, "noting a time sends writer, position and time") {
  pb::TimestampFromWriter seen;
  server.on<pb::TimestampFromWriter, pb::TimestampResponse>(
      "noteTimestampFromWriter", [&](const auto& asked, auto&) { seen = asked; });
  REQUIRE(ask(*port, note_time{"w", {stream, {{{1, 0}, 17}}}, 99}));
  CHECK(seen.writer() == "w");
  CHECK(seen.timestamp() == 99);
  CHECK(seen.position().streaminfo().stream() == "st");
  CHECK(seen.position().cut().at(1) == 17);
  using told = pb::TimestampResponse;
  const std::vector<std::pair<told::Status, errc>> refusals{
      {told::INVALID_TIME, errc::invalid_argument},
      {told::INVALID_POSITION, errc::invalid_argument},
      {told::INTERNAL_ERROR, errc::controller_failure},
      {static_cast<told::Status>(no_such_status), errc::protocol_violation}};
  for (const auto& [status, expected] : refusals) {
    told answer;
    answer.set_result(status);
    server.answer("noteTimestampFromWriter", answer);
    const auto got = ask(*port, note_time{"w", {stream, {}}, 0});
    REQUIRE_FALSE(got);
    CHECK(got.error() == expected);
    CHECK(got.error().subject() == "sc/st");
  }
}

TEST_CASE_METHOD(fixture, "removing a writer, also one that noted nothing") {
  pb::RemoveWriterRequest seen;
  server.on<pb::RemoveWriterRequest, pb::RemoveWriterResponse>(
      "removeWriter", [&](const auto& asked, auto&) { seen = asked; });
  CHECK(ask(*port, remove_writer{"w", stream})->deleted);
  CHECK(seen.writer() == "w");
  CHECK(seen.stream().scope() == "sc");
  using told = pb::RemoveWriterResponse;
  told answer;
  answer.set_result(told::UNKNOWN_WRITER);
  server.answer("removeWriter", answer);
  CHECK_FALSE(ask(*port, remove_writer{"w", stream})->deleted);
  const std::vector<std::pair<told::Status, errc>> refusals{
      {told::STREAM_DOES_NOT_EXIST, errc::stream_not_found},
      {told::INTERNAL_ERROR, errc::controller_failure},
      {static_cast<told::Status>(no_such_status), errc::protocol_violation}};
  for (const auto& [status, expected] : refusals) {
    answer.set_result(status);
    server.answer("removeWriter", answer);
    const auto got = ask(*port, remove_writer{"w", stream});
    REQUIRE_FALSE(got);
    CHECK(got.error() == expected);
  }
}
