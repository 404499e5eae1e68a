// A store that has accepted a block and a seal, and whose log is slow: what it has accepted it
// counts only later.
#include "scenario/scenario_support.hpp"
#include "wire/codec.hpp"
#include "wire/event_cursor.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

constexpr milliseconds commit_time{200};

/// Segment 0 is sealed behind a block whose connection is lost; its successors take everything.
class slow_log {
 public:
  slow_log(simulation& world, std::string sealed) : world_{world}, sealed_{std::move(sealed)} {}

  peer_script script() {
    return [this](std::int32_t type, byte_view payload) { return answer(type, payload); };
  }
  /// Events that the successors were sent.
  texts in_successors;
  /// Connections on which the sealed segment was asked before its log had caught up.
  int asked_too_early = 0;

 private:
  using bytes = std::vector<std::byte>;

  bytes answer(std::int32_t type, byte_view payload) {
    if (type == wire::hello::code) return *wire::encode(wire::hello{16, 5});
    if (type == wire::keep_alive::code) return *wire::encode(wire::keep_alive{});
    if (type == wire::setup_append::code)
      return set_up(*wire::decode_as<wire::setup_append>(payload));
    if (type == wire::get_stream_segment_info::code)
      return inspect(*wire::decode_as<wire::get_stream_segment_info>(payload));
    return append(*wire::decode_as<wire::append_block_end>(payload));
  }
  bytes set_up(const wire::setup_append& asked) {
    writer_of_[asked.writer_id] = asked.segment;
    const auto last =
        asked.segment == sealed_ && committed_ ? *committed_ : wire::null_attribute_value;
    return *wire::encode(
        wire::append_setup{asked.request_id, asked.segment, asked.writer_id, last});
  }
  bytes inspect(const wire::get_stream_segment_info& asked) {
    if (!committed_) ++asked_too_early;
    wire::stream_segment_info info;
    info.request_id = asked.request_id;
    info.segment = asked.segment;
    info.exists = true;
    info.is_sealed = committed_.has_value();
    return *wire::encode(info);
  }
  bytes append(const wire::append_block_end& block) {
    if (writer_of_.at(block.writer_id) != sealed_) {
      wire::event_cursor events{byte_view{block.data}};
      for (auto next = events.next(); next.what == wire::event_step::kind::event;
           next = events.next())
        in_successors.emplace_back(as_text(next.payload));
      return *wire::encode(wire::data_appended{block.writer_id, block.last_event_number, 0,
                                               block.request_id, 0});
    }
    if (std::exchange(accepted_, true)) return refuse_as_sealed(block);
    last_ = block.last_event_number;
    // The end of the connection.
    return *wire::encode(wire::wrong_host{block.request_id, sealed_, "", ""});
  }
  bytes refuse_as_sealed(const wire::append_block_end& block) {
    world_.after(commit_time, [this] { committed_ = last_; });
    return *wire::encode(
        wire::segment_is_sealed{block.request_id, sealed_, "", block.last_event_number});
  }

  simulation& world_;
  const std::string sealed_;
  std::map<uuid, std::string> writer_of_;
  bool accepted_ = false;
  std::int64_t last_ = 0;
  std::optional<std::int64_t> committed_;
};

}  // namespace

TEST_CASE("seal: a block that was accepted before it is stored after it was announced") {
  client_world w;
  slow_log store{w.world, "scope/stream/0.#epoch.0"};
  w.network->script = store.script();
  auto writer = w.open();
  REQUIRE(w.world.control(
      controller::scale_stream{w.stream, {{0, 0}}, {{0.0, 0.5}, {0.5, 1.0}}, 0}));
  outcome_list outcomes;
  REQUIRE(writer.try_write("key", as_bytes("first"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 1; }, seconds{30}));
  CHECK(outcomes.told == all_ok(1));
  CHECK(store.asked_too_early > 0);
  REQUIRE(writer.try_write("key", as_bytes("second"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2; }, seconds{30}));
  CHECK(outcomes.told == all_ok(2));
  CHECK(store.in_successors == texts{"second"});
  writer = {};
  w.network->script = nullptr;
  w.finish();
}
