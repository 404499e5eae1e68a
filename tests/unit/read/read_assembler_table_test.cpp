// "From bytes to slices" in docs/protocols/read.md, cell by cell, against the assembler.
#include "pravega_actor/limits.hpp"
#include "read/read_assembler.hpp"
#include "support/catch.hpp"
#include "support/mini_store.hpp"
#include "support/state_table.hpp"

using namespace pravega_actor;
using namespace pravega_actor::internal;
using namespace pravega_actor::test;

namespace {

constexpr std::size_t large_bytes = 2 * limits::reader_request_bytes_least;
constexpr std::size_t bytes_max = 4 * limits::reader_request_bytes_least;

byte_vector part_of(const byte_vector& bytes, std::size_t from, std::size_t to) {
  return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
          bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}
byte_vector joined(byte_vector first, const byte_vector& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// Replies in their order. The row is about the last one.
struct replies {
  std::vector<byte_vector> each;
  bool last = false;
  bool has_room = true;
};

const std::map<std::string, std::vector<replies>>& stimuli_of_replies() {
  const auto whole = events({"one", "two"});
  const auto large = events({std::string(large_bytes, 'x')});
  // 700 bytes of whole events, then some bytes of another one.
  const auto with_rest = [](std::size_t rest) {
    const auto next = events({std::string(300, 'y')});
    return joined(events({std::string(692, 'x')}), part_of(next, 0, rest));
  };
  const auto wide = events({std::string(10'000, 'z')});
  const byte_vector rubbish(16, std::byte{0xEE});
  static const std::map<std::string, std::vector<replies>> all{
      {"whole events", {{{whole}}, {{events({""})}}, {{large}}}},
      {"whole events, then less than 1/8 of the reply",
       {{{with_rest(1)}}, {{with_rest(99)}}, {{joined(large, part_of(wide, 0, 9'000))}}}},
      {"whole events, then 1/8 or more",
       {{{with_rest(100)}}, {{with_rest(300)}}, {{joined(whole, part_of(wide, 0, 9'000))}}}},
      {"less than the header of an event",
       {{{part_of(whole, 0, 1)}}, {{part_of(large, 0, 7)}}}},
      {"no whole event, but its header",
       {{{part_of(whole, 0, 8)}},
        {{part_of(wide, 0, 8)}},
        {{part_of(large, 0, large.size() - 1)}},
        {{part_of(wide, 0, 7), part_of(wide, 7, 8)}}}},
      {"the remainder of a partial event",
       {{{part_of(wide, 0, 1), part_of(wide, 1, wide.size())}},
        {{part_of(large, 0, 9'000), part_of(large, 9'000, large.size())}}}},
      {"the remainder of a partial event, then whole events",
       {{{part_of(wide, 0, 1), joined(part_of(wide, 1, wide.size()), whole)}},
        {{part_of(wide, 0, 9'999), joined(part_of(wide, 9'999, wide.size()), whole)}}}},
      {"a part of the remainder",
       {{{part_of(wide, 0, 9), part_of(wide, 9, 10)}},
        {{part_of(wide, 0, 5), part_of(wide, 5, 9'000)}}}},
      {"a part of a large event for which there is no room",
       {{{part_of(large, 0, 8)}, false, false},
        {{part_of(large, 0, 5), part_of(large, 5, 100)}, false, false}}},
      {"the last, with whole events", {{{whole}, true}, {{large}, true}}},
      {"the last, empty", {{{{}}, true}, {{whole, {}}, true}}},
      {"the last, with whole events and a rest",
       {{{with_rest(1)}, true}, {{with_rest(100)}, true}}},
      {"the last, which ends within the event that it begins with",
       {{{part_of(wide, 0, 5)}, true},
        {{part_of(wide, 0, 5), part_of(wide, 5, 100)}, true},
        {{part_of(wide, 0, 5), {}}, true}}},
      {"whole events, then bytes that are not an event", {{{joined(whole, rubbish)}}}},
      {"whole events, then an event larger than `event_payload_bytes_max`",
       {{{joined(whole, part_of(events({std::string(bytes_max + 1, 'x')}), 0, 8))}}}},
  };
  return all;
}

/// What the assembler made of a reply, in the words of the table.
struct outcome {
  std::string slices;
  std::string rest;
};

std::string words_for_slices(const read_assembler::reply& got,
                             const std::vector<event_slice>& slices) {
  std::string words;
  for (const auto& slice : slices) {
    if (!words.empty()) words += "; ";
    if (slice.bytes().owner == got.data.owner) {
      words += "one over the reply's own memory";
    } else {
      CHECK(slice.event_count() == 1);
      words += "the event by itself, from its buffer";
    }
  }
  return words.empty() ? "–" : words;
}

// `all`: every byte so far.
std::string words_for_rest(const read_assembler& reader, const read_assembler::step& step,
                           const byte_vector& all) {
  const auto behind = static_cast<std::int64_t>(all.size());
  if (step.failure) return "*failure* " + std::string{to_string(step.failure->code())};
  if (step.finished) return "the segment's end";
  if (reader.wanted() == behind && reader.offset() == behind) return "–";
  if (reader.unfinished_bytes() == 0) {
    CHECK(reader.wanted() == reader.offset());
    return "dropped, and requested again from its start";
  }
  CHECK(reader.wanted() == behind);
  const auto kept = reader.wanted() - reader.offset();
  if (kept < static_cast<std::int64_t>(limits::event_header_bytes)) {
    CHECK(reader.unfinished_bytes() <= buffer_pool::smallest_bytes + buffer_pool::slack_bytes);
    return "copied into a small buffer";
  }
  const auto* header = all.data() + reader.offset();
  const auto payload = wire::load_big_endian<std::int32_t>(header + 4);
  CHECK(reader.unfinished_bytes() >=
        limits::event_header_bytes + static_cast<std::size_t>(payload));
  return "copied into a buffer for the whole event";
}

outcome outcome_of(const replies& how) {
  read_assembler reader{std::make_shared<const segment>(test_segment()), 0, bytes_max,
                        std::make_shared<buffer_pool>()};
  outcome found;
  byte_vector all;
  for (std::size_t i = 0; i < how.each.size(); ++i) {
    const bool is_final = i + 1 == how.each.size();
    const read_assembler::reply got{shared_bytes{byte_vector{how.each[i]}}, false,
                                    how.last && is_final};
    REQUIRE(reader.wanted() == static_cast<std::int64_t>(all.size()));
    all = joined(std::move(all), how.each[i]);
    const auto step = reader.add(got, [&](std::size_t bytes) {
      CHECK(bytes > limits::reader_request_bytes_least);
      return how.has_room;
    });
    if (!is_final) REQUIRE_FALSE(step.failure);
    found = {words_for_slices(got, step.slices), words_for_rest(reader, step, all)};
  }
  return found;
}

}  // namespace

TEST_CASE("the table of replies says how they are cut", "[read_table]") {
  const auto table = read_state_table("docs/protocols/read.md", "From bytes to slices");
  CHECK(table.states == std::vector<std::string>{"slices", "what follows them"});
  CHECK(read_assembler::repeat_part == 8);
  check_rows(table, stimuli_of_replies(), [](const auto& row, const auto& how) {
    REQUIRE(row.cells.size() == 2);
    for (std::size_t i = 0; i < how.size(); ++i) {
      CAPTURE(i);
      const auto found = outcome_of(how[i]);
      CHECK(found.slices == row.cells[0]);
      CHECK(found.rest == row.cells[1]);
    }
  });
}
