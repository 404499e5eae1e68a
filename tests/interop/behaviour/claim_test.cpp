// Claims of writers with a name: what the store holds for a writer id is an attribute, and a
// change of it fences every block that does not know of it.
#include <algorithm>
#include <map>

#include "interop/behaviour/store_client.hpp"
#include "pravega_actor/client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

constexpr std::int64_t claimed(std::int64_t number, std::int64_t claim) {
  return number << 16 | claim;
}

bool replaces(store_client& by, const std::string& segment, const uuid& writer,
              std::int64_t expected, std::int64_t to) {
  return by
      .ask<wire::segment_attribute_updated>(
          wire::update_segment_attribute{51, segment, writer, to, expected, {}})
      .success;
}

}  // namespace

TEST_CASE("A claim fences the blocks of a connection that was set up before it",
          "[append][claim]") {
  store_client dead;
  store_client next;
  const auto segment = next.new_segment();
  const auto writer = new_uuid();
  REQUIRE(replaces(next, segment, writer, null_attribute_value, claimed(0, 1)));
  CHECK(dead.setup(segment, writer).last_event_number == claimed(0, 1));
  dead.append(writer, claimed(3, 1), "one");
  dead.acknowledged(claimed(3, 1));
  // Another process takes over; then a block of the first one arrives.
  CHECK_FALSE(replaces(next, segment, writer, claimed(2, 1), claimed(2, 2)));
  REQUIRE(replaces(next, segment, writer, claimed(3, 1), claimed(3, 2)));
  dead.append(writer, claimed(4, 1), "late");
  CHECK(dead.expect<wire::invalid_event_number>().writer_id == writer);
  CHECK(next.setup(segment, writer).last_event_number == claimed(3, 2));
  next.append(writer, claimed(4, 2), "two");
  next.acknowledged(claimed(4, 2));
  CHECK(next.read_all(segment) == "onetwo");
}

TEST_CASE("A sealed segment tells its claim and takes no other", "[append][claim]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto writer = new_uuid();
  REQUIRE(replaces(client, segment, writer, null_attribute_value, claimed(7, 1)));
  client.ask<wire::segment_sealed>(wire::seal_segment{52, segment, {}});
  CHECK(
      client.ask<wire::segment_attribute>(wire::get_segment_attribute{53, segment, writer, {}})
          .value == claimed(7, 1));
  client.ask<wire::segment_is_sealed>(
      wire::update_segment_attribute{54, segment, writer, claimed(7, 2), claimed(7, 1), {}});
}

TEST_CASE("A writer with a name goes on behind a split and a merge", "[claim]") {
  const auto stream = new_stream(2);
  config settings;
  settings.controller_uri = server().controller_uri;
  const auto write = [&](event_number last) {
    auto user = client::create(settings);
    REQUIRE(user);
    auto options = user->default_writer_options();
    options.name = "name";
    auto writer = user->create_writer(stream, options);
    if (!writer) FAIL(writer.error().to_string());
    const auto stored = writer->stored();
    for (event_number number = 1; number <= last; ++number)
      REQUIRE(writer->write_numbered(number, std::to_string(number % 5),
                                     as_bytes(std::to_string(number)), seconds{20}));
    const auto report = writer->close(seconds{30});
    if (!report.outcome) FAIL(report.outcome.error().to_string());
    return stored;
  };
  CHECK(write(30).highest() == 0);
  const auto two = current_ids(stream);
  scale(stream, {two[0]}, {{0.0, 0.25}, {0.25, 0.5}});
  CHECK(write(40).highest() == 30);
  scale(stream, current_ids(stream), {{0.0, 0.75}, {0.75, 1.0}});
  CHECK(write(50).highest() == 40);
  CHECK(write(60).highest() == 50);

  auto user = client::create(settings);
  REQUIRE(user);
  auto options = user->default_reader_options();
  auto end = user->streams().tail_cut(stream);
  REQUIRE(end);
  options.end = *end;
  auto reader = user->create_reader(stream, options);
  REQUIRE(reader);
  std::map<std::string, std::vector<event_number>> of_key;
  std::size_t count = 0;
  for (auto item = reader->next(seconds{20}); item; item = reader->next(seconds{20})) {
    REQUIRE(*item);
    const auto* slice = std::get_if<event_slice>(&**item);
    if (slice == nullptr) continue;
    for (const auto event : *slice) {
      const auto number = std::stoll(std::string{as_text(event.payload)});
      of_key[std::to_string(number % 5)].push_back(number);
      ++count;
    }
  }
  CHECK(count == 60);
  for (const auto& [key, numbers] : of_key) {
    CHECK(numbers.size() == 12);
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  }
}

}  // namespace pravega_actor::behaviour
