// "Truncation" in docs/protocols/read.md, cell by cell, against a reader.
#include "support/state_table.hpp"
#include "unit/reader/stream_reader_world.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr std::int64_t start_offset = 100;
constexpr std::int64_t end_offset = 50;

/// Before the reader is opened; it begins at offset 0 of segment 0.
using place = std::function<void(stream_world&)>;

// So many bytes of events that an event begins at the start.
byte_vector long_segment() {
  return events({std::string(start_offset - 8, 'x'), "kept"});
}
void truncate(stream_world& w, std::int32_t number) {
  w.store.change(
      [&](auto& all) { all[test_segment(number).to_string()].start = start_offset; });
}
void remove(stream_world& w, std::int32_t number) {
  w.store.change([&](auto& all) { all.erase(test_segment(number).to_string()); });
}
void end_at(stream_world& w, std::int64_t offset) {
  w.options.end = stream_cut{{"scope", "stream"}, {{{0, 0}, offset}}};
}

const std::map<std::string, place>& places() {
  static const std::map<std::string, place> all{
      {"before a segment's start",
       [](stream_world& w) {
         w.add_segment(0, long_segment());
         truncate(w, 0);
       }},
      {"before a segment's start, with the reader's own end in between",
       [](stream_world& w) {
         w.add_segment(0, long_segment());
         truncate(w, 0);
         end_at(w, end_offset);
       }},
      {"in a segment that is gone",
       [](stream_world& w) {
         w.add_segment(0, {});
         w.add_successor(1, events({"next"}), {0}, false);
         remove(w, 0);
       }},
      {"in a segment that is gone, whose successors are truncated",
       [](stream_world& w) {
         w.add_segment(0, {});
         w.add_successor(1, long_segment(), {0}, false);
         remove(w, 0);
         truncate(w, 1);
       }},
      {"in a segment that is gone, where the reader's own end lies",
       [](stream_world& w) {
         w.add_segment(0, {});
         remove(w, 0);
         end_at(w, end_offset);
       }},
      {"in a stream that is gone",
       [](stream_world& w) {
         w.add_segment(0, {});
         remove(w, 0);
         auto inner = *w.on_call;
         *w.on_call = [inner](const controller::request& what) -> result<controller::reply> {
           if (what.holds<controller::get_successors>()) return errc::stream_not_found;
           return inner(what);
         };
       }},
  };
  return all;
}

// In the words of the table.
std::string words_for_item(const read_item& item) {
  if (const auto* gap = std::get_if<segment_gap>(&item)) {
    CHECK(gap->from == 0);
    if (gap->to < 0) return "a gap with an open end";
    CHECK((gap->to == start_offset || gap->to == end_offset));
    return gap->to == start_offset ? "a gap up to the start" : "a gap up to the reader's end";
  }
  if (const auto* slice = std::get_if<event_slice>(&item))
    return slice->in().id.number == 0 ? "the events" : "the successors' events";
  CHECK(std::get<segment_end>(item).in == test_segment(0));
  return "the segment's end";
}

std::string what_comes(const place& begin, truncation_policy policy) {
  stream_world w;
  w.options.on_truncation = policy;
  begin(w);
  w.spawn();
  std::string words;
  const auto add = [&words](const std::string& what) {
    words += (words.empty() ? "" : ", then ") + what;
  };
  for (int i = 0; i < 100; ++i) {
    w.run_for(milliseconds{5});
    for (const auto& item : w.take_all())
      add(words_for_item(item));
  }
  const auto end = w.reader().try_next();
  if (!end && end.error() != errc::end_of_segment)
    add(std::string{to_string(end.error().code())});
  return words;
}

}  // namespace

TEST_CASE("the table of truncation says what a reader gets", "[reader_table]") {
  const auto table = read_state_table("docs/protocols/read.md", "Truncation");
  CHECK(table.states == std::vector<std::string>{"with `report_and_go_on`", "with `fail`"});
  check_cells(table, places(), [](const auto& state, const auto& cell, const auto& begin) {
    const auto policy =
        state == "with `fail`" ? truncation_policy::fail : truncation_policy::report_and_go_on;
    CHECK(what_comes(begin, policy) == cell);
  });
}
