// Attributes of segments: compare and set.
#include "interop/behaviour/store_client.hpp"

namespace pravega_actor::behaviour {

using namespace internal;

namespace {

constexpr uuid creation_time_attribute{std::uint64_t{1} << 63, 0};
constexpr uuid event_count_attribute{std::uint64_t{1} << 63, 1};
constexpr uuid scale_policy_type_attribute{std::uint64_t{1} << 63, 2};
constexpr uuid scale_policy_rate_attribute{std::uint64_t{1} << 63, 3};
constexpr uuid rollover_size_attribute{std::uint64_t{1} << 63, 4};

struct attribute {
  store_client client;
  std::string segment = client.new_segment();
  uuid id = new_uuid();

  std::int64_t get() { return get(id); }
  std::int64_t get(uuid which) {
    const auto reply =
        client.ask<wire::segment_attribute>(wire::get_segment_attribute{1, segment, which, {}});
    CHECK(reply.request_id == 1);
    return reply.value;
  }
  bool set(std::int64_t value, std::int64_t expected) {
    const auto reply = client.ask<wire::segment_attribute_updated>(
        wire::update_segment_attribute{2, segment, id, value, expected, {}});
    CHECK(reply.request_id == 2);
    return reply.success;
  }
};

}  // namespace

TEST_CASE("An attribute that was never set is null", "[attribute]") {
  attribute on;
  CHECK(on.get() == null_attribute_value);
}

TEST_CASE("An attribute is set if the expected value is the current one", "[attribute]") {
  attribute on;
  CHECK(on.set(5, null_attribute_value));
  CHECK(on.get() == 5);
  CHECK(on.set(6, 5));
  CHECK(on.get() == 6);
  CHECK(on.set(0, 6));
  CHECK(on.get() == 0);
}

TEST_CASE("An attribute stays if the expected value is another", "[attribute]") {
  attribute on;
  CHECK_FALSE(on.set(5, 0));
  CHECK(on.get() == null_attribute_value);
  CHECK(on.set(5, null_attribute_value));
  CHECK_FALSE(on.set(7, 6));
  CHECK_FALSE(on.set(7, null_attribute_value));
  CHECK(on.get() == 5);
  CHECK(on.client.is_alive());
}

TEST_CASE("Null as the new value removes an attribute", "[attribute]") {
  attribute on;
  CHECK(on.set(5, null_attribute_value));
  CHECK(on.set(null_attribute_value, 5));
  CHECK(on.get() == null_attribute_value);
  CHECK(on.set(8, null_attribute_value));
  CHECK(on.get() == 8);
}

TEST_CASE("The last event number of a writer is an attribute", "[attribute][append]") {
  attribute on;
  on.client.setup(on.segment, on.id);
  on.client.append(on.id, 12, "abc");
  on.client.acknowledged(12);
  CHECK(on.get() == 12);
}

TEST_CASE("A segment counts its events in an attribute", "[attribute][append]") {
  attribute on;
  CHECK(on.get(event_count_attribute) == null_attribute_value);
  on.client.setup(on.segment, on.id);
  on.client.append(on.id, 3, "abc", 3);
  on.client.acknowledged(3);
  on.client.append(on.id, 4, {}, 1);
  on.client.acknowledged(4);
  CHECK(on.get(event_count_attribute) == 4);
}

TEST_CASE("A segment's policy and its time of creation are attributes", "[attribute]") {
  attribute on;
  CHECK(on.get(creation_time_attribute) > 0);
  on.segment += "0";
  const auto made = on.client.ask<wire::segment_created>(
      wire::create_segment{5, on.segment, 77, 2, {}, 1 << 20});
  CHECK(made.segment == on.segment);
  CHECK(on.get(scale_policy_type_attribute) == 2);
  CHECK(on.get(scale_policy_rate_attribute) == 77);
  CHECK(on.get(rollover_size_attribute) == 1 << 20);
  on.client.ask<wire::segment_policy_updated>(
      wire::update_segment_policy{6, on.segment, 88, 1, {}});
  CHECK(on.get(scale_policy_type_attribute) == 1);
  CHECK(on.get(scale_policy_rate_attribute) == 88);
  CHECK(on.get(rollover_size_attribute) == 1 << 20);
}

TEST_CASE("Expecting null and setting null succeeds", "[attribute]") {
  attribute on;
  CHECK(on.set(null_attribute_value, null_attribute_value));
  CHECK(on.get() == null_attribute_value);
}

TEST_CASE("Attributes of a missing segment are refused", "[attribute][missing]") {
  store_client client;
  const auto segment = shared_scope() + "/missing/0.#epoch.0";
  const auto id = new_uuid();
  SECTION("get") {
    client.send(wire::get_segment_attribute{4, segment, id, {}});
  }
  SECTION("update") {
    client.send(wire::update_segment_attribute{4, segment, id, 1, null_attribute_value, {}});
  }
  const auto refusal = client.expect<wire::no_such_segment>();
  CHECK(refusal.request_id == 4);
  CHECK(refusal.segment == segment);
  CHECK(refusal.offset == -1);
}

TEST_CASE("Attributes of a sealed segment can be read", "[attribute][sealed]") {
  attribute on;
  CHECK(on.set(5, null_attribute_value));
  on.client.seal(on.segment);
  CHECK(on.get() == 5);
}

TEST_CASE("Attributes of a sealed segment are not changed", "[attribute][sealed]") {
  attribute on;
  CHECK(on.set(5, null_attribute_value));
  on.client.seal(on.segment);
  const auto refusal = on.client.ask<wire::segment_is_sealed>(
      wire::update_segment_attribute{3, on.segment, on.id, 6, 5, {}});
  CHECK(refusal.request_id == 3);
  CHECK(refusal.segment == on.segment);
  CHECK(on.get() == 5);
}

}  // namespace pravega_actor::behaviour
