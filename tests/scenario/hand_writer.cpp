#include "scenario/hand_writer.hpp"

#include <algorithm>
#include <cstring>

#include "wire/codec.hpp"
#include "wire/frame_reader.hpp"
#include "wire/hot.hpp"

namespace pravega_actor::scenario {
namespace {

using namespace internal;

/// What the store says on a connection, by types.
struct inbox final : connection_handler {
  wire::frame_reader reader;
  std::vector<std::int32_t> types;
  bool connected = false;

  void on_connected() override { connected = true; }
  std::span<std::byte> receive_buffer() override { return reader.prepare(); }
  void on_received(std::size_t count) override {
    reader.commit(count);
    for (auto next = reader.next(); next && *next; next = reader.next())
      types.push_back((*next)->type);
  }
  void on_closed(const error& reason) override { UNSCOPED_INFO(reason.to_string()); }
  [[nodiscard]] bool got(std::int32_t type) const {
    return std::find(types.begin(), types.end(), type) != types.end();
  }
};

wire::blob block_of(const texts& events) {
  wire::blob block;
  for (const auto& event : events) {
    const auto at = block.size();
    block.resize(at + limits::event_header_bytes + event.size());
    wire::encode_event_header(block.data() + at, event.size());
    std::memcpy(block.data() + at + limits::event_header_bytes, event.data(), event.size());
  }
  return block;
}

uuid next_writer() {
  static std::uint64_t last = 0;
  return {0x4a4e4d, ++last};
}

}  // namespace

void append_by_hand(simulation& world, const std::string& name, const texts& events) {
  const auto of = segment::parse(name);
  REQUIRE(of);
  const auto at =
      controller::reply_of<controller::get_uri>(world.control(controller::get_uri{*of}));
  REQUIRE(at);
  const auto said = std::make_shared<inbox>();
  const auto link = world.ports().connections->connect(*at, seconds{5}, said);
  REQUIRE(world.run_until([&] { return said->connected; }, seconds{5}));
  const auto send = [&](const auto& command) {
    const auto frame = wire::encode(command);
    REQUIRE(frame);
    const std::vector parts{shared_bytes{*frame}};
    link->send(parts);
  };
  const auto writer = next_writer();
  const auto count = static_cast<std::int32_t>(events.size());
  send(wire::hello{limits::wire_version, limits::wire_version_oldest});
  send(wire::setup_append{1, writer, name, {}});
  send(wire::append_block_end{writer, 0, block_of(events), count, count, 2});
  REQUIRE(world.run_until([&] { return said->got(wire::data_appended::code); }, seconds{5}));
  link->close();
}

hand_transaction::hand_transaction(simulation& in, const scoped_stream& of)
    : world{in}, stream{of} {
  auto begun = controller::reply_of<controller::create_transaction>(
      world.control(controller::create_transaction{stream, 60'000}));
  REQUIRE(begun);
  made = std::move(*begun);
}

void hand_transaction::write(std::int32_t number, const texts& events) const {
  const segment of{stream, {number, made.id.epoch()}};
  append_by_hand(world, of.transaction_name(made.id.value), events);
}

void hand_transaction::commit() const {
  REQUIRE(world.control(controller::commit_transaction{stream, made.id, "", std::nullopt}));
}

void hand_transaction::abort() const {
  REQUIRE(world.control(controller::abort_transaction{stream, made.id}));
}

transaction_state hand_transaction::state() const {
  const auto checked = controller::reply_of<controller::check_transaction>(
      world.control(controller::check_transaction{stream, made.id}));
  REQUIRE(checked);
  return checked->state;
}

}  // namespace pravega_actor::scenario
