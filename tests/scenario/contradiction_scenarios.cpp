// Peers that contradict each other or themselves, and cuts and writers of a stream that was
// deleted and created again: an error that says so, never a success, and soon.
#include <algorithm>

#include "client/client_core.hpp"
#include "core/access.hpp"
#include "pravega_actor/limits.hpp"
#include "scenario/traffic.hpp"
#include "scenario/truncation_world.hpp"
#include "wire/codec.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::scenario;

namespace {

using bytes = std::vector<std::byte>;

const segment_id zero{0, 0}, one{1, 0};

/// A store that greets and lives, and answers the rest by another script.
peer_script living(peer_script rest) {
  return [rest = std::move(rest)](std::int32_t type, byte_view payload) -> bytes {
    if (type == wire::hello::code) return *wire::encode(wire::hello{16, 5});
    if (type == wire::keep_alive::code) return *wire::encode(wire::keep_alive{});
    return rest(type, payload);
  };
}

/// Says of each segment that it ends where it is read.
peer_script ending_store(bool by_refusal) {
  return living([by_refusal](std::int32_t type, byte_view payload) -> bytes {
    if (type != wire::read_segment::code) return {};
    const auto asked = *wire::decode_as<wire::read_segment>(payload);
    if (by_refusal)
      return *wire::encode(
          wire::segment_is_sealed{asked.request_id, asked.segment, "", asked.offset});
    return *wire::encode(
        wire::segment_read{asked.segment, asked.offset, true, true, {}, asked.request_id});
  });
}

/// Changes the answers of one kind.
template <class Request, class Change>
void edit(client_world& w, Change change) {
  w.controller->edit = [change](const controller::request& call,
                                const result<controller::reply>& got) {
    if (!got || !call.holds<Request>()) return got;
    auto changed = got->template get<typename Request::reply>();
    change(changed);
    return result<controller::reply>{controller::reply{std::move(changed)}};
  };
}

reader_options from_head_to(truncation_world& t, const stream_cut& end) {
  auto options = t.from(read_from_head{});
  options.end = end;
  return options;
}

void recreate(client_world& w, std::int32_t segments) {
  REQUIRE(w.world.control(controller::seal_stream{w.stream}));
  REQUIRE(w.world.control(controller::delete_stream{w.stream}));
  w.world.create_stream(w.stream, segments);
}

bool names(const error& why, std::string_view text) {
  return why.to_string().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("contradiction: a segment that ends before the reader's end") {
  truncation_world t;
  t.write_to(zero, 20);
  t.w.network->script = ending_store(GENERATE(false, true));
  probe reader{t.w, from_head_to(t, t.cut({{zero, 20 * event_bytes}}))};
  reader.read_rest();
  CHECK(reader.read().empty());
  REQUIRE(reader.over());
  INFO(reader.over()->to_string());
  CHECK(*reader.over() == errc::protocol_violation);
  CHECK(reader.over()->segment_store() == "store-0:12345");
  CHECK(names(*reader.over(), std::to_string(20 * event_bytes)));
}

TEST_CASE("contradiction: a head that names a part of the stream") {
  truncation_world t{4};
  std::map<segment_id, std::int64_t> tail;
  for (std::int32_t i = 0; i < 4; ++i) {
    t.write_to({i, 0}, 5);
    tail[{i, 0}] = 5 * event_bytes;
  }
  const bool gap = GENERATE(true, false);
  edit<controller::get_head_segments>(t.w, [gap](controller::segment_offsets& head) {
    if (gap) head.offsets.erase(head.offsets.begin());
    head.offsets.erase(std::prev(head.offsets.end()));
  });
  probe reader{t.w, from_head_to(t, t.cut(tail))};
  REQUIRE(reader.over());
  INFO(reader.over()->to_string());
  CHECK(*reader.over() == errc::protocol_violation);
  CHECK(reader.over()->controller() == t.w.controller->address());
  t.w.controller->edit = nullptr;
  probe honest{t.w, from_head_to(t, t.cut(tail))};
  honest.read_rest();
  CHECK(honest.outcome() == "end_of_segment");
  CHECK(honest.read().size() == 20);
}

TEST_CASE("contradiction: successors that leave a part of the keys out") {
  truncation_world t;
  t.write_to(zero, 5);
  t.scale({zero}, {{0.0, 0.5}, {0.5, 1.0}});
  t.write_to({1, 1}, 5);
  t.write_to({2, 1}, 5);
  t.seal();
  edit<controller::get_successors>(t.w, [](controller::successors& after) {
    if (!after.segments.empty()) after.segments.pop_back();
  });
  probe reader{t.w, t.from(read_from_head{})};
  reader.read_rest();
  CHECK(reader.outcome() == "protocol_violation");
}

TEST_CASE("contradiction: a stream that is said to end before the reader's end") {
  truncation_world t;
  t.write_to(zero, 5);
  t.scale({zero}, {{0.0, 0.5}, {0.5, 1.0}});
  t.write_to({1, 1}, 5);
  t.w.controller->edit = [](const controller::request& call,
                            const result<controller::reply>& got) {
    if (call.holds<controller::get_successors>())
      return result<controller::reply>{controller::reply{controller::successors{}}};
    if (call.holds<controller::get_current_segments>())
      return result<controller::reply>{controller::reply{controller::segment_ranges{}}};
    return got;
  };
  probe reader{t.w, from_head_to(t, t.cut({{{1, 1}, 5 * event_bytes}, {{2, 1}, 0}}))};
  reader.read_rest();
  CHECK(reader.read().size() == 5);
  REQUIRE(reader.over());
  CHECK(*reader.over() == errc::protocol_violation);
  CHECK(names(*reader.over(), "1.#epoch.1"));
}

TEST_CASE("contradiction: more segments than the limit") {
  client_world w;
  const auto many = limits::stream_segments_max + 1;
  edit<controller::get_current_segments>(w, [many](controller::segment_ranges& now) {
    now.segments.clear();
    for (std::size_t i = 0; i < many; ++i) {
      const auto at = [many](std::size_t part) {
        return static_cast<double>(part) / static_cast<double>(many);
      };
      now.segments.push_back({{static_cast<std::int32_t>(i), 0}, {at(i), at(i + 1)}});
    }
  });
  const auto opened = w.try_open(w.stream);
  REQUIRE(opened);
  REQUIRE_FALSE(*opened);
  CHECK(opened->error() == errc::limit_exceeded);
  CHECK(names(opened->error(), "stream_segments_max"));
  auto options = w.user->default_reader_options();
  options.start = read_from_tail{};
  collecting_reader reader{w, w.stream, options};
  REQUIRE(reader.over());
  CHECK(*reader.over() == errc::limit_exceeded);
  w.controller->edit = nullptr;
  w.finish();
}

TEST_CASE("earlier life: a writer ends at once when its stream is another one") {
  client_world w{{}, 2};
  auto writer = w.open();
  outcome_list outcomes;
  REQUIRE(writer.try_write("key", as_bytes("first"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 1; }, seconds{10}));
  recreate(w, GENERATE(2, 1, 5));
  const auto began = w.world.now();
  REQUIRE(writer.try_write("key", as_bytes("second"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2; }, seconds{200}));
  CHECK(w.world.now() - began < seconds{5});
  CHECK(outcomes.told.back() == "2 not_written");
  const auto failure = writer.status().last_failure;
  INFO(failure);
  CHECK(failure.find("stream_not_found") != std::string::npos);
  CHECK(failure.find("created again") != std::string::npos);
  CHECK(w.stored().empty());
  writer = {};
  w.finish();
}

TEST_CASE("earlier life: a scale that names no successors yet is waited for") {
  client_world w;
  auto writer = w.open();
  outcome_list outcomes;
  REQUIRE(writer.try_write("key", as_bytes("first"), outcomes.sink()));
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 1; }, seconds{10}));
  REQUIRE(
      w.world.control(controller::scale_stream{w.stream, {zero}, {{0.0, 0.5}, {0.5, 1.0}}, 0}));
  // The scale is over for the one question, and not for the other.
  edit<controller::get_successors>(
      w, [](controller::successors& after) { after.segments.clear(); });
  REQUIRE(writer.try_write("key", as_bytes("second"), outcomes.sink()));
  w.world.run_for(seconds{30});
  CHECK(outcomes.told.size() == 1);
  w.controller->edit = nullptr;
  REQUIRE(w.world.run_until([&] { return outcomes.told.size() == 2; }, seconds{30}));
  CHECK(outcomes.errors.empty());
  writer = {};
  w.finish();
}

TEST_CASE("earlier life: cuts of it are refused at once, as start and as end") {
  truncation_world t;
  t.write_to(zero, 20);
  const auto old = t.cut({{zero, 10 * event_bytes}});
  recreate(t.w, 1);
  t.w.world.run_for(seconds{1});
  const auto began = t.w.world.now();
  const bool as_end = GENERATE(false, true);
  probe reader{t.w, as_end ? from_head_to(t, old) : t.from(old)};
  REQUIRE(reader.over());
  INFO(reader.over()->to_string());
  CHECK(t.w.world.now() - began < seconds{5});
  CHECK(*reader.over() == errc::invalid_argument);
  CHECK(names(*reader.over(), "not of this stream"));
  CHECK(names(*reader.over(), "0.#epoch.0"));
  CHECK_FALSE(names(*reader.over(), "truncated"));
}

TEST_CASE("earlier life: a cut of this life is taken, also behind scales and a truncation") {
  truncation_world t{2};
  t.write_to(zero, 5);
  t.write_to(one, 5);
  const auto early = t.cut({{zero, 2 * event_bytes}, {one, 2 * event_bytes}});
  t.scale({zero, one}, {{0.0, 1.0}});
  t.write_to({2, 1}, 5);
  const auto middle = t.cut({{{2, 1}, event_bytes}});
  t.scale({{2, 1}}, {{0.0, 0.5}, {0.5, 1.0}});
  t.truncate({{{2, 1}, 2 * event_bytes}});
  probe first{t.w, t.from(early)};
  first.read_rest();
  CHECK(first.read().size() == 3);
  CHECK(first.gaps().size() == 3);
  probe second{t.w, t.from(middle)};
  second.read_rest();
  CHECK(second.read().size() == 3);
  CHECK(second.gaps().size() == 1);
}

TEST_CASE("owed: what a living store does not answer is named by the status") {
  client_world w;
  const auto told = [&w] {
    std::optional<client_status> status;
    access::core_of(*w.user).request_status([&](const client_status& s) { status = s; });
    REQUIRE(w.world.run_until([&] { return status.has_value(); }, seconds{10}));
    return status->owed;
  };
  auto writer = w.open();
  CHECK(told().empty());
  w.network->mute();
  w.network->script = living([](std::int32_t type, byte_view payload) -> bytes {
    if (type != wire::setup_append::code) return {};
    const auto asked = *wire::decode_as<wire::setup_append>(payload);
    return *wire::encode(wire::append_setup{asked.request_id, asked.segment, asked.writer_id,
                                            std::numeric_limits<std::int64_t>::min()});
  });
  REQUIRE(writer.try_write("key", as_bytes("event")));
  // Until the mute connection is given up and the scripted store takes over.
  w.world.run_for(seconds{20});
  const auto since = w.world.now();
  w.world.run_for(seconds{100});
  const auto owed = told();
  REQUIRE(owed.size() == 1);
  CHECK(owed[0].what == "acknowledgement of 1 block");
  CHECK(owed[0].segment == "scope/stream/0.#epoch.0");
  CHECK(owed[0].by == "store-0:12345");
  CHECK(owed[0].since <= since);
  CHECK(owed[0].certain);
  CHECK(writer.status().owed.size() == 1);
  auto options = w.user->default_reader_options();
  options.end = stream_cut{w.stream, {{zero, 100}}};
  collecting_reader reader{w, w.stream, options};
  w.world.run_for(seconds{60});
  const auto read = reader.handle().status().owed;
  REQUIRE(read.size() == 1);
  CHECK(read[0].what == "data from offset 0 on");
  CHECK(read[0].by == "store-0:12345");
  CHECK(read[0].certain);
  CHECK(told().size() == 2);
  reader.close();
  CHECK(told().size() == 1);
  writer.close_async(seconds{1}, [](const close_report&) {});
  w.world.run_for(seconds{30});
  writer = {};
  w.finish();
}
