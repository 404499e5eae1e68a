// Delivery of slices to an actor, on demand.
#include "unit/reader/stream_reader_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::test;

namespace {

struct delivery_world : stream_world {
  std::shared_ptr<reader_inbox> box = std::make_shared<reader_inbox>();
  caf::actor consumer;

  delivery_world() { consumer = make_consumer(box); }
  ~delivery_world() { caf::anon_send_exit(consumer, caf::exit_reason::user_shutdown); }

  caf::actor make_consumer(const std::shared_ptr<reader_inbox>& to) {
    return system.spawn(
        [](caf::event_based_actor*, std::shared_ptr<reader_inbox> in) -> caf::behavior {
          return {[in](const slice_delivered& m) { in->got.emplace_back(m); },
                  [in](const segment_ended& m) { in->got.emplace_back(m); },
                  [in](const segment_truncated_gap& m) { in->got.emplace_back(m); },
                  [in](const reader_failed& m) { in->got.emplace_back(m); },
                  [in](const reader_status& m) { in->got.emplace_back(m); },
                  [in](const reader_closed& m) { in->got.emplace_back(m); }};
        },
        to);
  }
  template <class T>
  void tell(T what) {
    caf::send_as(consumer, actor, std::move(what));
    run();
  }
  void start() {
    store.reply_bytes_max = 12;
    spawn();
    run();
    tell(subscribe_reader{consumer});
  }
  std::size_t slices() const { return box->count<slice_delivered>(); }
  template <class T>
  T first() const {
    const auto at = std::find_if(box->got.begin(), box->got.end(), [](const auto& each) {
      return std::holds_alternative<T>(each);
    });
    REQUIRE(at != box->got.end());
    return std::get<T>(*at);
  }
};

byte_vector ten() {
  return events(
      {"0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999"});
}

}  // namespace

TEST_CASE("never more slices are sent than demanded", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  CHECK(w.slices() == 0);
  w.tell(read_demand{1});
  CHECK(w.slices() == 1);
  w.tell(read_demand{3});
  CHECK(w.slices() == 4);
  w.tell(read_demand{0});
  CHECK(w.slices() == 4);
  w.tell(read_demand{std::numeric_limits<std::size_t>::max()});
  w.tell(read_demand{2});
  CHECK(w.slices() == 10);
  w.store.put(test_segment(0), [] {
    auto more = ten();
    append_event(more, "tttt");
    return more;
  }());
  w.run();
  CHECK(w.slices() == 11);
  CHECK(w.box->got.size() == 11);
}

TEST_CASE("demand waits for slices that come later", "[delivery]") {
  delivery_world w;
  w.add_segment(0, {});
  w.start();
  w.tell(read_demand{1});
  CHECK(w.box->got.empty());
  w.store.put(test_segment(0), ten());
  w.run();
  CHECK(w.slices() == 1);
  CHECK(payloads_of(w.first<slice_delivered>().slice) == std::vector<std::string>{"0000"});
}

TEST_CASE("ends and gaps come between slices, and the end of all last", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten(), true);
  w.store.change([](auto& all) { all.begin()->second.start = 96; });
  w.start();
  w.tell(read_demand{100});
  REQUIRE(w.box->got.size() == 5);
  CHECK(std::holds_alternative<segment_truncated_gap>(w.box->got[0]));
  CHECK(w.first<segment_truncated_gap>().gap == segment_gap{test_segment(), 0, 96});
  CHECK(std::holds_alternative<slice_delivered>(w.box->got[1]));
  CHECK(std::holds_alternative<slice_delivered>(w.box->got[2]));
  CHECK(w.first<segment_ended>().end == segment_end{test_segment(), 120, true});
  CHECK(std::get<reader_failed>(w.box->got[4]).reason.code() == errc::end_of_segment);
}

TEST_CASE("a subscriber's position follows its releases", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{3});
  // They may still lie in its mailbox.
  CHECK(w.reader().position().offsets.at({0, 0}) == 0);
  w.tell(release_slices{});
  CHECK(w.reader().position().offsets.at({0, 0}) == 36);
  w.tell(read_demand{1});
  w.tell(close_reader{});
  CHECK(w.first<reader_closed>().position.offsets.at({0, 0}) == 36);
  CHECK(w.down);
}

TEST_CASE("successors are delivered while the position waits for the release", "[delivery]") {
  delivery_world w;
  w.add_segment(0, events({"0000"}), true);
  w.add_successor(1, events({"1111"}), {0}, false);
  w.start();
  w.tell(read_demand{2});
  w.run();
  CHECK(w.slices() == 2);
  CHECK(w.box->count<segment_ended>() == 1);
  using offsets = std::map<segment_id, std::int64_t>;
  CHECK(w.reader().position().offsets == offsets{{{0, 0}, 0}});
  w.tell(release_slices{});
  CHECK(w.reader().position().offsets == offsets{{{1, 0}, 12}});
}

TEST_CASE("a later subscriber takes over without the earlier one's demand", "[delivery]") {
  delivery_world w;
  w.add_segment(0, {});
  w.start();
  w.tell(read_demand{5});
  auto other_box = std::make_shared<reader_inbox>();
  const auto other = w.make_consumer(other_box);
  w.tell(subscribe_reader{other});
  w.store.put(test_segment(0), ten());
  w.run();
  CHECK(other_box->got.empty());
  w.tell(read_demand{2});
  CHECK(other_box->count<slice_delivered>() == 2);
  CHECK(w.box->got.empty());
  caf::anon_send_exit(other, caf::exit_reason::user_shutdown);
  w.run();
  w.tell(read_demand{2});
  CHECK(other_box->count<slice_delivered>() == 2);
  CHECK_FALSE(w.down);
}

TEST_CASE("a subscriber learns that the reader failed", "[delivery]") {
  delivery_world w;
  w.add_segment(0, byte_vector(64, std::byte{7}));
  w.start();
  w.tell(read_demand{1});
  CHECK(w.first<reader_failed>().reason.code() == errc::protocol_violation);
  w.run();
  CHECK(w.down);
  CHECK(w.box->count<reader_failed>() == 1);
}

TEST_CASE("a failure consumes nothing for a subscriber", "[delivery]") {
  delivery_world w;
  w.add_segment(0, events({"one"}), true);
  auto inner = *w.on_call;
  *w.on_call = [&](const controller::request& what) -> result<controller::reply> {
    if (what.holds<controller::get_successors>()) return errc::stream_not_found;
    return inner(what);
  };
  w.start();
  w.tell(read_demand{2});
  w.run();
  CHECK(w.box->count<slice_delivered>() == 1);
  CHECK(w.first<reader_failed>().reason.code() == errc::stream_not_found);
  CHECK(w.reader().position().offsets == std::map<segment_id, std::int64_t>{{{0, 0}, 0}});
  w.reader().release();
  CHECK(w.reader().position().offsets == std::map<segment_id, std::int64_t>{{{0, 0}, 11}});
}

TEST_CASE("a subscriber learns that the reader was killed or closed", "[delivery]") {
  delivery_world w;
  w.add_segment(0, {});
  w.start();
  SECTION("killed") {
    caf::anon_send_exit(w.actor, caf::exit_reason::kill);
    w.run();
    CHECK(w.first<reader_failed>().reason.code() == errc::actor_terminated);
  }
  SECTION("closed") {
    w.reader().close();
    w.run();
    CHECK(w.first<reader_failed>().reason.code() == errc::closed);
  }
  CHECK(w.box->count<reader_failed>() == 1);
}

TEST_CASE("the reader's actor tells its status", "[delivery]") {
  delivery_world w;
  w.add_segment(0, ten());
  w.start();
  w.tell(read_demand{2});
  w.tell(get_reader_status{});
  const auto status = w.first<reader_status>();
  CHECK(status.slices == 2);
  CHECK(status.events == 2);
  CHECK(status.state == "open");
  CHECK(status.segments.size() == 1);
}
