// Requests about whole segments.
#include <map>

#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

std::string missing_segment() {
  return shared_scope() + "/" + fresh_name("missing") + "/0.#epoch.0";
}

void check_missing(const wire::no_such_segment& refusal, std::int64_t request_id,
                   const std::string& segment) {
  CHECK(refusal.request_id == request_id);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == -1);
}

/// A segment that holds "0123456789".
std::string segment_of_ten(store_client& client) {
  auto segment = client.new_segment();
  const auto writer = new_uuid();
  client.setup(segment, writer);
  client.append(writer, 1, "0123456789");
  client.acknowledged(1);
  return segment;
}

}  // namespace

TEST_CASE("A new segment is empty and open", "[segment]") {
  store_client client;
  const auto info = client.info(client.new_segment());
  CHECK(info.exists);
  CHECK_FALSE(info.is_sealed);
  CHECK_FALSE(info.is_deleted);
  CHECK(info.write_offset == 0);
  CHECK(info.start_offset == 0);
  CHECK(info.last_modified > 0);
}

TEST_CASE("A segment that exists is not created again", "[segment]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  const auto refusal =
      client.ask<wire::segment_already_exists>(wire::create_segment{5, segment, 0, 0, {}, 0});
  CHECK(refusal.request_id == 5);
  CHECK(refusal.segment == segment);
  CHECK(client.info(segment).write_offset == 10);
}

TEST_CASE("The info of a missing segment is NoSuchSegment", "[segment][missing]") {
  store_client client;
  const auto segment = missing_segment();
  check_missing(
      client.ask<wire::no_such_segment>(wire::get_stream_segment_info{6, segment, {}}), 6,
      segment);
}

TEST_CASE("A sealed segment says so", "[segment][sealed]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  client.seal(segment);
  const auto info = client.info(segment);
  CHECK(info.is_sealed);
  CHECK(info.write_offset == 10);
}

TEST_CASE("Sealing twice is refused", "[segment][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  client.seal(segment);
  const auto refusal = client.ask<wire::segment_is_sealed>(wire::seal_segment{7, segment, {}});
  CHECK(refusal.request_id == 7);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == -1);
  CHECK(client.is_alive());
}

TEST_CASE("Sealing a missing segment is refused", "[segment][missing]") {
  store_client client;
  const auto segment = missing_segment();
  check_missing(client.ask<wire::no_such_segment>(wire::seal_segment{8, segment, {}}), 8,
                segment);
}

TEST_CASE("A deleted segment is missing", "[segment][missing]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  if (GENERATE(false, true)) client.seal(segment);
  client.remove(segment);
  check_missing(
      client.ask<wire::no_such_segment>(wire::get_stream_segment_info{9, segment, {}}), 9,
      segment);
}

TEST_CASE("Deleting a missing segment is refused", "[segment][missing]") {
  store_client client;
  const auto segment = missing_segment();
  check_missing(client.ask<wire::no_such_segment>(wire::delete_segment{10, segment, {}}), 10,
                segment);
}

TEST_CASE("Truncation moves the start", "[segment][truncate]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  const std::int64_t offset = GENERATE(0, 4, 10);
  client.truncate(segment, offset);
  const auto info = client.info(segment);
  CHECK(info.start_offset == offset);
  CHECK(info.write_offset == 10);
}

TEST_CASE("Truncation outside of the segment is refused", "[segment][truncate]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  client.truncate(segment, 4);
  const std::int64_t offset = GENERATE(0, 3, 11);
  const auto refusal =
      client.ask<wire::segment_is_truncated>(wire::truncate_segment{12, segment, offset, {}});
  CHECK(refusal.request_id == 12);
  CHECK(refusal.segment == segment);
  CHECK(refusal.start_offset == 4);
  CHECK(refusal.offset == offset);
  CHECK(client.info(segment).start_offset == 4);
}

TEST_CASE("Truncating at the start again changes nothing", "[segment][truncate]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  client.truncate(segment, 4);
  client.truncate(segment, 4);
  CHECK(client.info(segment).start_offset == 4);
}

TEST_CASE("A sealed segment may be truncated", "[segment][truncate][sealed]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  client.seal(segment);
  client.truncate(segment, 10);
  CHECK(client.info(segment).start_offset == 10);
}

TEST_CASE("Truncating a missing segment is refused", "[segment][truncate][missing]") {
  store_client client;
  const auto segment = missing_segment();
  const auto refusal =
      client.ask<wire::no_such_segment>(wire::truncate_segment{13, segment, 5, {}});
  CHECK(refusal.request_id == 13);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == 5);
}

TEST_CASE("Truncating at a negative offset changes nothing", "[segment][truncate]") {
  store_client client;
  const auto segment = segment_of_ten(client);
  client.send(wire::truncate_segment{16, segment, -1, {}});
  CHECK(client.is_refused_or_ended(16));
  store_client other;
  CHECK(other.info(segment).start_offset == 0);
}

TEST_CASE("A segment's scaling policy can be changed", "[segment]") {
  store_client client;
  const auto segment = client.new_segment();
  const auto done = client.ask<wire::segment_policy_updated>(
      wire::update_segment_policy{14, segment, 100, 1, {}});
  CHECK(done == wire::segment_policy_updated{14, segment});
}

TEST_CASE("Changing the policy of a sealed segment is refused", "[segment][sealed]") {
  store_client client;
  const auto segment = client.new_segment();
  client.seal(segment);
  client.ask<wire::segment_is_sealed>(wire::update_segment_policy{17, segment, 100, 1, {}});
}

TEST_CASE("Changing the policy of a missing segment is refused", "[segment][missing]") {
  store_client client;
  const auto segment = missing_segment();
  check_missing(
      client.ask<wire::no_such_segment>(wire::update_segment_policy{15, segment, 100, 1, {}}),
      15, segment);
}

TEST_CASE("Answers carry the ids of their requests", "[segment]") {
  store_client client;
  const auto first = client.new_segment();
  const auto second = segment_of_ten(client);
  constexpr std::int64_t ids[] = {-1, 0, std::int64_t{7} << 32 | 5, 9};
  for (const auto id : ids)
    client.send(wire::get_stream_segment_info{id, id == 0 ? first : second, {}});
  std::map<std::int64_t, std::int64_t> lengths;
  for (std::size_t i = 0; i < std::size(ids); ++i) {
    const auto info = client.expect<wire::stream_segment_info>();
    lengths[info.request_id] = info.write_offset;
  }
  CHECK(lengths == std::map<std::int64_t, std::int64_t>{
                       {-1, 10}, {0, 0}, {std::int64_t{7} << 32 | 5, 10}, {9, 10}});
}

}  // namespace pravega_actor::behaviour
