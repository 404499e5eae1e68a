#include "pravega_actor/codec.hpp"

#include <charconv>

#include "pravega_sandbox/simulation.hpp"
#include "support/catch.hpp"

using namespace pravega_actor;
using pravega_sandbox::simulation;

namespace {

struct order {
  int number = 0;
  std::string article;
  friend bool operator==(const order&, const order&) = default;
};

}  // namespace

// "number article"
template <>
struct pravega_actor::codec<order> {
  static result<void> encode(const order& value, std::vector<std::byte>& to) {
    if (value.number < 0) return error{errc::invalid_argument, "a negative number"};
    return codec<std::string>::encode(std::to_string(value.number) + " " + value.article, to);
  }
  static result<order> decode(byte_view payload) {
    const auto text = as_text(payload);
    order value;
    const auto [end, code] =
        std::from_chars(text.data(), text.data() + text.size(), value.number);
    if (code != std::errc{} || end == text.data() + text.size() || *end != ' ')
      return error{errc::invalid_argument, "not an order"};
    value.article = std::string{text.substr(static_cast<std::size_t>(end - text.data()) + 1)};
    return value;
  }
};

namespace {

const scoped_stream stream{"scope", "stream"};

struct written_orders {
  simulation world{1, {}};
  client user = world.make_client();
  event_writer writer;
  int durable = 0;

  written_orders() {
    world.create_stream(stream, 1);
    user.create_writer_async(stream, user.default_writer_options(),
                             [this](result<event_writer> opened) { writer = *opened; });
    REQUIRE(world.run_until([this] { return writer.valid(); }, seconds{10}));
  }
  write_completion count() {
    return [this](const write_result& r) { durable += r.durable; };
  }
  /// The events as a reader hands them out.
  std::vector<event_slice> read(std::size_t events) {
    REQUIRE(world.run_until([&] { return durable == static_cast<int>(events); }, seconds{10}));
    stream_reader reader;
    user.create_reader_async(stream, user.default_reader_options(),
                             [&](result<stream_reader> opened) { reader = *opened; });
    REQUIRE(world.run_until([&] { return reader.valid(); }, seconds{10}));
    std::vector<event_slice> slices;
    std::size_t found = 0;
    REQUIRE(world.run_until(
        [&] {
          auto item = reader.try_next().value();
          if (!item) return false;
          slices.push_back(std::get<event_slice>(std::move(*item)));
          found += slices.back().event_count();
          return found == events;
        },
        seconds{10}));
    return slices;
  }
};

}  // namespace

static_assert(has_codec<order>);
static_assert(has_codec<std::string>);
static_assert(!has_codec<int>);

TEST_CASE("codec: values are written and read", "[codec]") {
  written_orders f;
  value_writer<order> orders{f.writer};
  const std::vector<order> all{{1, "a ship"}, {2, ""}, {3, std::string(100'000, 'x')}};
  for (const auto& each : all)
    REQUIRE(orders.try_write("key", each, f.count()));
  std::vector<order> found;
  for (const auto& slice : f.read(all.size()))
    REQUIRE(
        for_each_value<order>(slice, [&](order value) { found.push_back(std::move(value)); }));
  CHECK(found == all);
}

TEST_CASE("codec: what it refuses is not written", "[codec]") {
  written_orders f;
  value_writer<order> orders{f.writer};
  CHECK(orders.try_write("key", {-1, "x"}).error() == errc::invalid_argument);
  CHECK(f.writer.progress().last_written == 0);
  CHECK(to_payload(order{-1, "x"}).error() == errc::invalid_argument);
}

TEST_CASE("codec: a payload that does not decode is named", "[codec]") {
  written_orders f;
  REQUIRE(f.writer.try_write("key", as_bytes("1 good"), f.count()));
  REQUIRE(f.writer.try_write("key", as_bytes("bad"), f.count()));
  std::vector<std::int64_t> offsets;
  result<void> outcome;
  for (const auto& slice : f.read(2))
    outcome = for_each_value<order>(
        slice, [&](const order&, const event_view& event) { offsets.push_back(event.offset); });
  CHECK(outcome.error() == errc::invalid_argument);
  CHECK(outcome.error().subject().find("scope/stream/0.#epoch.0:14-11") != std::string::npos);
  CHECK(offsets == std::vector<std::int64_t>{0});
}

TEST_CASE("codec: a payload goes there and back", "[codec]") {
  const order value{7, "a boat"};
  const auto payload = to_payload(value);
  REQUIRE(payload);
  CHECK(as_text(payload->view) == "7 a boat");
  CHECK(*from_payload<order>(payload->view) == value);
  CHECK(*from_payload<std::string>(payload->view) == "7 a boat");
}
