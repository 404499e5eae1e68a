// `fetch_event` (stream_inspection.hpp).
#include <algorithm>

#include "streams/stream_inspection.hpp"
#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
namespace c = pravega_actor::controller;

namespace {

using lines = std::vector<std::string>;

const segment in{script_stream, {0, 0}};

std::vector<std::byte> event(const std::string& payload) {
  std::vector<std::byte> out(limits::event_header_bytes);
  for (int i = 0; i < 4; ++i)
    out[7 - static_cast<std::size_t>(i)] = static_cast<std::byte>(payload.size() >> 8 * i);
  const auto text = as_bytes(payload);
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

/// A segment that begins at `begin`; the store hands out at most `reply_bytes` at once.
struct lookup : stream_script<event_slice> {
  std::int64_t begin = 0;
  std::vector<std::byte> held;
  std::size_t reply_bytes = 1u << 30;
  bool sealed = false;

  explicit lookup(std::vector<std::byte> bytes) : held{std::move(bytes)} {
    on_call = [](const c::request& call) -> result<c::reply> {
      if (!call.holds<c::get_current_segments>()) return errc::unsupported_operation;
      CHECK(call.get<c::get_current_segments>().access == access_operation::read);
      return c::reply{c::segment_ranges{{{{0, 0}, {0.0, 1.0}}}, "a token"}};
    };
    on_info = [this](const segment&) {
      return result<segment_info>{
          segment_info{sealed, begin, begin + static_cast<std::int64_t>(held.size()), 7}};
    };
    on_read = [this](const read_step& what) { return answer(what); };
  }
  result<wire::segment_read> answer(const read_step& what) const {
    const auto from = static_cast<std::size_t>(what.offset - begin);
    const auto wanted = std::max<std::size_t>(static_cast<std::size_t>(what.bytes_max), 8);
    const auto count = std::min({wanted, reply_bytes, held.size() - from});
    wire::segment_read reply{"", what.offset, false, false, {}, 0};
    const auto first = held.begin() + static_cast<std::ptrdiff_t>(from);
    reply.data.assign(first, first + static_cast<std::ptrdiff_t>(count));
    reply.end_of_segment = sealed && from + count == held.size();
    return reply;
  }
  void fetch(std::int64_t offset, std::int32_t length) {
    CHECK(run(fetch_event({in, offset, length}, tell())));
    REQUIRE(told.size() == 1);
  }
  errc refusal(std::int64_t offset, std::int32_t length) {
    fetch(offset, length);
    return outcome() ? errc::internal_error : outcome().error().code();
  }
};

std::vector<std::byte> joined(std::vector<std::byte> a, const std::vector<std::byte>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("an event is read by its pointer", "[event_lookup]") {
  lookup of{joined(event("first"), event("second"))};
  of.begin = 1000;
  of.sealed = GENERATE(false, true);
  of.fetch(1013, 14);
  REQUIRE(of.outcome());
  const auto& slice = *of.outcome();
  CHECK(slice.event_count() == 1);
  CHECK(as_text((*slice.begin()).payload) == "second");
  CHECK((*slice.begin()).pointer() == event_pointer{in, 1013, 14});
  CHECK(of.asked == lines{"getCurrentSegments", "infos of 1", "14 bytes at 1013"});
  CHECK(of.tokens == lines{"a token", "a token"});
}

TEST_CASE("an event without a payload is one", "[event_lookup]") {
  lookup of{joined(event(""), event("next"))};
  of.fetch(0, 8);
  REQUIRE(of.outcome());
  CHECK(of.outcome()->event_count() == 1);
  CHECK(of.outcome()->bytes().size() == 8);
}

TEST_CASE("a store that hands out little at once is asked again", "[event_lookup]") {
  lookup of{event("0123456789")};
  of.reply_bytes = 7;
  of.fetch(0, 18);
  REQUIRE(of.outcome());
  CHECK(as_text((*of.outcome()->begin()).payload) == "0123456789");
  CHECK(of.asked == lines{"getCurrentSegments", "infos of 1", "18 bytes at 0", "11 bytes at 7",
                          "4 bytes at 14"});
}

TEST_CASE("a large event comes in several reads", "[event_lookup]") {
  lookup of{event(std::string(5'000'000, 'x'))};
  of.reply_bytes = limits::read_bytes_max;
  of.fetch(0, 5'000'008);
  REQUIRE(of.outcome());
  CHECK(of.outcome()->bytes().size() == 5'000'008);
  CHECK(of.asked.size() == 5);
}

TEST_CASE("a pointer that points at no event is refused, never followed", "[event_lookup]") {
  SECTION("within an event") {
    lookup of{event("0123456789abcdef")};
    CHECK(of.refusal(3, 12) == errc::invalid_argument);
    CHECK(of.outcome().error().subject() == "scope/stream/0.#epoch.0:3-12");
  }
  SECTION("at an event of another length, of which no more is fetched") {
    lookup of{joined(event("0123456789"), event("0123456789"))};
    of.reply_bytes = 8;
    const std::int32_t length = GENERATE(17, 19, 36);
    CHECK(of.refusal(0, length) == errc::invalid_argument);
    CHECK(of.asked.size() == 3);
  }
  SECTION("behind the tail, where a read would wait") {
    lookup of{event("0123456789")};
    CHECK(of.refusal(18, 18) == errc::invalid_argument);
    CHECK(of.asked.back() == "infos of 1");
  }
  SECTION("over the tail") {
    lookup of{event("0123456789")};
    CHECK(of.refusal(0, 19) == errc::invalid_argument);
    CHECK(of.asked.back() == "infos of 1");
  }
  SECTION("at the largest offset") {
    lookup of{event("0123456789")};
    CHECK(of.refusal((std::int64_t{1} << 62) - 2, (1 << 26) + 8) == errc::invalid_argument);
  }
}

TEST_CASE("pointers that cannot be are refused before anything is asked", "[event_lookup]") {
  lookup short_one{{}};
  CHECK(short_one.refusal(0, 7) == errc::invalid_argument);
  lookup negative{{}};
  CHECK(negative.refusal(-1, 8) == errc::invalid_argument);
  lookup large{{}};
  CHECK(large.refusal(0, 1 << 30) == errc::invalid_argument);
  CHECK(short_one.asked.empty());
  CHECK(negative.asked.empty());
  CHECK(large.asked.empty());
}

TEST_CASE("an event that is not stored any more", "[event_lookup]") {
  SECTION("its segment begins behind it") {
    lookup of{event("later")};
    of.begin = 100;
    CHECK(of.refusal(50, 20) == errc::segment_truncated);
    CHECK(of.asked.back() == "infos of 1");
  }
  SECTION("it is truncated away just now") {
    lookup of{event("0123456789")};
    of.on_read = [](const read_step&) { return errc::segment_truncated; };
    CHECK(of.refusal(0, 18) == errc::segment_truncated);
  }
  SECTION("its segment is gone") {
    lookup of{event("0123456789")};
    of.on_info = [](const segment&) { return errc::segment_not_found; };
    CHECK(of.refusal(0, 18) == errc::segment_not_found);
  }
  SECTION("its stream is gone") {
    lookup of{event("0123456789")};
    of.on_call = [](const c::request&) { return errc::stream_not_found; };
    CHECK(of.refusal(0, 18) == errc::stream_not_found);
  }
}

TEST_CASE("a store whose segment ends earlier than it said breaks the protocol",
          "[event_lookup]") {
  lookup of{event("0123456789")};
  SECTION("before the event") {
    of.on_read = [](const read_step&) { return errc::end_of_segment; };
  }
  SECTION("within it") {
    of.on_read = [&of](const read_step& what) -> result<wire::segment_read> {
      auto reply = *of.answer(what);
      reply.data.resize(9);
      reply.end_of_segment = true;
      return reply;
    };
  }
  CHECK(of.refusal(0, 18) == errc::protocol_violation);
  CHECK(of.asked.size() == 3);
}
