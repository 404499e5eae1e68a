#include "streams/stream_inspection.hpp"

#include "support/catch.hpp"
#include "unit/streams/stream_script.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;
namespace c = pravega_actor::controller;

namespace {

using lines = std::vector<std::string>;

const auto& stream = script_stream;
const c::segment_ranges halves{{{{1, 1}, {0.0, 0.5}}, {{2, 1}, {0.5, 1.0}}}, "a token"};

result<segment_info> ten_more_than_number(const segment& of) {
  return segment_info{false, of.id.number, of.id.number + 10, 7};
}

/// A stream whose current segments are `now`; those of its only old epoch follow when sealed.
std::function<result<c::reply>(const c::request&)> stream_of(const c::segment_ranges& now) {
  return [now](const c::request& call) -> result<c::reply> {
    if (call.holds<c::get_current_segments>()) return c::reply{now};
    if (call.holds<c::get_stream_config>()) {
      stream_config config;
      config.tags = {"red"};
      return c::reply{config};
    }
    if (call.holds<c::get_head_segments>())
      return c::reply{c::segment_offsets{{{{0, 0}, 5}}, ""}};
    if (call.holds<c::get_segments_between>())
      return c::reply{c::segment_list{{{0, 0}, {1, 1}, {2, 1}}, ""}};
    if (const auto* epoch = call.get_if<c::get_epoch_segments>(); epoch && epoch->epoch == 1)
      return c::reply{halves};
    return errc::unsupported_operation;
  };
}

}  // namespace

TEST_CASE("the tail of a stream is where its segments end", "[stream_inspection]") {
  stream_script<stream_cut> script;
  script.on_call = stream_of(halves);
  script.on_info = ten_more_than_number;
  CHECK(script.run(find_tail(stream, script.tell())));
  CHECK(script.asked == lines{"getCurrentSegments", "infos of 2"});
  CHECK(script.tokens == lines{"a token"});
  CHECK(script.outcome().value() == stream_cut{stream, {{{1, 1}, 11}, {{2, 1}, 12}}});
}

TEST_CASE("the tail of a sealed stream is the end of its last epoch", "[stream_inspection]") {
  stream_script<stream_cut> script;
  script.on_call = stream_of({});
  script.on_info = ten_more_than_number;
  CHECK(script.run(find_tail(stream, script.tell())));
  CHECK(script.asked == lines{"getCurrentSegments", "getSegments", "getSegmentsBetween",
                              "getEpochSegments", "infos of 2"});
  CHECK(script.outcome().value() == stream_cut{stream, {{{1, 1}, 11}, {{2, 1}, 12}}});
}

TEST_CASE("a sealed stream without any segment breaks the protocol", "[stream_inspection]") {
  stream_script<stream_cut> script;
  script.on_call = [](const c::request& call) -> result<c::reply> {
    if (call.holds<c::get_segments_between>()) return c::reply{c::segment_list{}};
    return stream_of({})(call);
  };
  CHECK(script.run(find_tail(stream, script.tell())));
  CHECK(script.outcome().error() == errc::protocol_violation);
  CHECK(script.outcome().error().subject() == "scope/stream");
}

TEST_CASE("one segment that cannot be asked leaves no tail", "[stream_inspection]") {
  stream_script<stream_cut> script;
  script.on_call = stream_of(halves);
  script.on_info = [](const segment& of) -> result<segment_info> {
    if (of.id.number == 2) return errc::segment_not_found;
    return segment_info{};
  };
  CHECK(script.run(find_tail(stream, script.tell())));
  CHECK(script.outcome().error() == errc::segment_not_found);
}

TEST_CASE("a description has the configuration, both ends and each segment",
          "[stream_inspection]") {
  stream_script<stream_description> script;
  script.on_call = stream_of(halves);
  script.on_info = ten_more_than_number;
  CHECK(script.run(describe_stream(stream, script.tell())));
  const auto& found = script.outcome().value();
  CHECK(found.stream == stream);
  CHECK_FALSE(found.sealed);
  CHECK(found.config.tags == lines{"red"});
  CHECK(found.head == stream_cut{stream, {{{0, 0}, 5}}});
  CHECK(found.tail == stream_cut{stream, {{{1, 1}, 11}, {{2, 1}, 12}}});
  REQUIRE(found.segments.size() == 2);
  CHECK(found.segments[1].id == segment{stream, {2, 1}});
  CHECK(found.segments[1].range == key_range{0.5, 1.0});
  CHECK(found.segments[1].start_offset == 2);
  CHECK(found.segments[1].write_offset == 12);
}

TEST_CASE("a sealed stream is described without segments, and with its end",
          "[stream_inspection]") {
  stream_script<stream_description> script;
  script.on_call = stream_of({});
  script.on_info = ten_more_than_number;
  CHECK(script.run(describe_stream(stream, script.tell())));
  const auto& found = script.outcome().value();
  CHECK(found.sealed);
  CHECK(found.segments.empty());
  CHECK(found.tail.offsets.size() == 2);
}

TEST_CASE("a description fails with whatever fails", "[stream_inspection]") {
  const auto failing = GENERATE(as<std::string>{}, "getCurrentSegments",
                                "getStreamConfiguration", "getSegments");
  stream_script<stream_description> script;
  script.on_call = [&](const c::request& call) -> result<c::reply> {
    if (name_of(call) == failing) return errc::controller_unreachable;
    return stream_of(halves)(call);
  };
  CHECK(script.run(describe_stream(stream, script.tell())));
  CHECK(script.outcome().error() == errc::controller_unreachable);
  CHECK(script.asked.back() == failing);
}

TEST_CASE("what follows on a page", "[stream_inspection]") {
  CHECK(next_token({{"a"}, "more"}, "") == "more");
  CHECK_FALSE(next_token({{}, "more"}, ""));
  CHECK_FALSE(next_token({{"a"}, ""}, "before"));
  CHECK_FALSE(next_token({{"a"}, "same"}, "same"));
}

namespace {

struct listing : stream_script<void> {
  lines names;
  std::size_t stop_at = 100;

  listing() {
    // Three pages and an empty one.
    on_call = [](const c::request& call) -> result<c::reply> {
      const auto page = call.get<c::list_scopes>().token;
      if (page == "3") return c::reply{c::name_page{{}, "4"}};
      const auto number = page.empty() ? 1 : std::stoi(page) + 1;
      return c::reply{
          c::name_page{{"scope-" + std::to_string(number)}, std::to_string(number)}};
    };
  }
  void list() {
    CHECK(run(
        list_pages([](const std::string& token) { return c::request{c::list_scopes{token}}; },
                   [this](const lines& page) {
                     names.insert(names.end(), page.begin(), page.end());
                     return names.size() < stop_at;
                   },
                   "", tell())));
  }
};

}  // namespace

TEST_CASE("a listing goes on to the empty page", "[stream_inspection]") {
  listing all;
  all.list();
  CHECK(all.outcome());
  CHECK(all.names == lines{"scope-1", "scope-2", "scope-3"});
  CHECK(all.asked.size() == 4);
}

TEST_CASE("a listing ends when its sink has enough", "[stream_inspection]") {
  listing some;
  some.stop_at = 2;
  some.list();
  CHECK(some.outcome());
  CHECK(some.asked.size() == 2);
}

TEST_CASE("a listing that fails half way is an error", "[stream_inspection]") {
  listing broken;
  broken.on_call = [pages = broken.on_call](const c::request& call) -> result<c::reply> {
    if (call.get<c::list_scopes>().token == "2") return errc::controller_failure;
    return pages(call);
  };
  broken.list();
  CHECK(broken.outcome().error() == errc::controller_failure);
  CHECK(broken.names.size() == 2);
}

TEST_CASE("a page of another type ends the listing", "[stream_inspection]") {
  listing other;
  other.on_call = [](const c::request&) { return c::reply{c::done{}}; };
  other.list();
  CHECK(other.outcome().error() == errc::internal_error);
}
